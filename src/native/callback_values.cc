#include "native/callback_values.h"

#include <algorithm>

#include "native/marshal.h"

namespace banter::native {

using abi::Place;
using abi::Step;

namespace {

constexpr std::size_t kRoomAlignment = 16;
constexpr std::uint32_t kIntegers = offsetof(VMCallbackContext, intregargsp);
constexpr std::uint32_t kFloats = offsetof(VMCallbackContext, floatregargsp);
constexpr std::uint32_t kStack = offsetof(VMCallbackContext, stackp);
constexpr std::uint32_t kRoom = offsetof(VMCallbackContext, user);

std::size_t rounded_up(std::size_t n) {
  return (n + kRoomAlignment - 1) & ~(kRoomAlignment - 1);
}

// Registers beyond those of arguments are one: that which brings the address for a result.
// [AAPCS64 6.9]
bool is_struct_result_register(const Step& step) {
  return step.place == Place::int_register && step.index >= host::kIntegerRegisters;
}

}  // namespace

CallbackReader::CallbackReader(const abi::CallPlan& plan) : plan_(plan) {
  std::vector<std::vector<const Step*>> steps(plan.arguments.size());
  for (const Step& step : plan.argument_steps) {
    if (step.argument == abi::kResultRoom) continue;
    auto& own = steps[step.argument];
    // Windows wants doubles of variadic functions in two registers. GCC fills the integer one only
    // for those after the fixed ones, so the first place is read.
    if (own.empty() || own.back()->at != step.at) own.push_back(&step);
  }
  for (std::size_t i = 0; i < steps.size(); i++) {
    sources_.push_back(source_of(plan.arguments[i], steps[i]));
    if (plan.arguments[i].by_reference) references_.push_back(static_cast<std::uint32_t>(i));
  }
  way_ = way_of_result();
  code_ = ReturnCode::word;
  if ((way_ == Way::one_piece || way_ == Way::eight_bytes) &&
      plan.result_steps[0].place != Place::int_register) {
    code_ = plan.result_steps[0].size == sizeof(float) ? ReturnCode::single_float
                                                       : ReturnCode::double_float;
  }
  if (way_ == Way::words) note_words();
}

CallbackReader::Source CallbackReader::source_of(const Step& step) {
  switch (step.place) {
    case Place::int_register:
      return {kIntegers, static_cast<std::uint32_t>(step.index * sizeof(std::intptr_t))};
    case Place::float_register:
      return {kFloats, static_cast<std::uint32_t>(step.index * kFloatStride)};
    case Place::float_upper:
      return {kFloats,
              static_cast<std::uint32_t>((host::kFloatRegisters + step.index) * sizeof(double))};
    case Place::stack:
      return {kStack, step.index};
    case Place::x87:
      break;
  }
  BANTER_CHECK(false, "an argument on the x87 stack");
}

// A value whose pieces lie side by side is read in place, one in no or scattered pieces is
// gathered.
CallbackReader::Source CallbackReader::source_of(const abi::Placement& placement,
                                                 const std::vector<const Step*>& steps) {
  const auto lies_behind_the_first = [&](const Step* step) {
    const Source first = source_of(*steps[0]);
    const Source own = source_of(*step);
    return own.base == first.base && own.offset == first.offset + (step->at - steps[0]->at);
  };
  const bool is_aligned =
      steps.size() == 1 || placement.type.alignment <= abi::Bytes{sizeof(std::intptr_t)};
  const bool is_whole = !steps.empty() && (placement.by_reference || steps[0]->at == 0);
  if (is_whole && is_aligned && std::all_of(steps.begin(), steps.end(), lies_behind_the_first)) {
    return source_of(*steps[0]);
  }
  const Source source{kRoom, static_cast<std::uint32_t>(room_needed_)};
  for (const Step* step : steps) {
    copies_.push_back({source_of(*step), source.offset + step->at, step->size});
  }
  room_needed_ = rounded_up(room_needed_ + placement.type.size.count);
  return source;
}

// Copies of the usual widths are one load and one store.
void CallbackReader::gather(const VMCallbackContext& context, std::byte* room) const {
  for (const Copy& copy : copies_) {
    const std::byte* from = copy.from.in(context);
    switch (copy.size) {
      case 8:
        std::memcpy(room + copy.to, from, 8);
        break;
      case 4:
        std::memcpy(room + copy.to, from, 4);
        break;
      default:
        std::memcpy(room + copy.to, from, copy.size);
    }
  }
}

void CallbackReader::follow_references(void** pointers) const {
  for (const std::uint32_t i : references_) {
    std::memcpy(&pointers[i], pointers[i], sizeof pointers[i]);
  }
}

void* CallbackReader::room_of_caller(const VMCallbackContext& context) const {
  const Step& step = plan_.argument_steps[0];
  if (is_struct_result_register(step)) return context.struct_result;
  void* room = nullptr;
  std::memcpy(&room, source_of(step).in(context), sizeof room);
  return room;
}

void CallbackReader::send_result(VMCallbackContext& context, const void* value) const {
  if (way_ != Way::room) return set_result(context, value);
  void* room = room_of_caller(context);
  std::memcpy(room, value, plan_.result.type.size.count);
  set_result(context, room);
}

CallbackReader::Way CallbackReader::way_of_result() const {
  if (plan_.result.by_reference) return Way::room;
  const std::vector<Step>& steps = plan_.result_steps;
  if (steps.empty()) return Way::nothing;
  const auto is_word = [](const Step& step) {
    return step.size == 8 && step.place != Place::x87 && !kCountsSingles;
  };
  const bool are_words = std::all_of(steps.begin(), steps.end(), is_word);
  const bool is_first = steps.size() == 1 && steps[0].index == 0 && steps[0].at == 0;
  if (!is_first) return are_words ? Way::words : Way::registers;
  const std::size_t size = steps[0].size;
  const Way in_rvs = size == 8 ? Way::eight_bytes : Way::one_piece;
  switch (steps[0].place) {
    case Place::int_register:
      return size <= sizeof(std::intptr_t) ? in_rvs : Way::registers;
    case Place::float_register:
      return size == sizeof(float) || size == sizeof(double) ? in_rvs : Way::registers;
    case Place::x87:  // what is in results.x87 is taken for a long double [IA32]
      return size <= sizeof(double) ? in_rvs : Way::registers;
    default:
      return Way::registers;
  }
}

void CallbackReader::note_words() {
  const VMCallbackContext context{};
  const auto* start = reinterpret_cast<const std::byte*>(&context);
  for (const Step& step : plan_.result_steps) {
    const auto* to = static_cast<const std::byte*>(result_register(context.results, step));
    words_.push_back({static_cast<std::uint32_t>(step.at), static_cast<std::uint32_t>(to - start)});
  }
}

void CallbackReader::set_other_result(VMCallbackContext& context, const void* value) const {
  const auto* from = static_cast<const std::byte*>(value);
  switch (way_) {
    case Way::nothing:
      context.return_code = ReturnCode::word;
      return;
    case Way::room:
      context.rvs.valword = plan_.returns_room ? reinterpret_cast<std::intptr_t>(value) : 0;
      context.return_code = ReturnCode::word;
      return;
    case Way::eight_bytes:
    case Way::one_piece:
      context.rvs.valword64 = load_widened(from, plan_.result_steps[0]);
      context.return_code = code_;
      return;
    case Way::words:
      context.return_code = ReturnCode::plan;
      for (const Word& word : words_) {
        std::memcpy(reinterpret_cast<std::byte*>(&context) + word.to, from + word.from, 8);
      }
      return;
    case Way::registers:
      context.return_code = ReturnCode::plan;
      context.x87_results = plan_.x87_results;
      for (const Step& step : plan_.result_steps) {
        put_result_piece(context.results, step, from + step.at);
      }
  }
}

}  // namespace banter::native
