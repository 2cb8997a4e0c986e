#include "native/callback_values.h"

#include <cstring>

#include "native/marshal.h"

namespace banter::native {

using abi::Place;
using abi::Step;

namespace {

constexpr std::size_t kRoomAlignment = 16;

std::size_t rounded_up(std::size_t n) {
  return (n + kRoomAlignment - 1) & ~(kRoomAlignment - 1);
}

// Where thunkEntry or C left a piece.
const std::byte* register_of(const VMCallbackContext& context, const Step& step) {
  switch (step.place) {
    case Place::int_register:
      // [AAPCS64 6.9] x8 is none of the argument registers.
      if (step.index >= host::kIntegerRegisters) {
        return reinterpret_cast<const std::byte*>(&context.struct_result);
      }
      return reinterpret_cast<const std::byte*>(&context.intregargsp[step.index]);
    case Place::float_register:
      return saved_float(context, step.index);
    case Place::float_upper:
      return saved_float_upper(context, step.index);
    case Place::stack:
      return reinterpret_cast<const std::byte*>(context.stackp) + step.index;
    case Place::x87:
      break;
  }
  BANTER_CHECK(false, "an argument on the x87 stack");
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
  }
  way_ = way_of_result();
  code_ = ReturnCode::word;
  if (way_ == Way::one_piece && plan.result_steps[0].place != Place::int_register) {
    code_ = plan.result_steps[0].size == sizeof(float) ? ReturnCode::single_float
                                                       : ReturnCode::double_float;
  }
}

// A value in one piece is read in place, one in no or several pieces is gathered.
CallbackReader::Source CallbackReader::source_of(const abi::Placement& placement,
                                                 const std::vector<const Step*>& steps) {
  if (steps.size() == 1) {
    const Step& step = *steps[0];
    switch (step.place) {
      case Place::int_register:
        return {Base::integers, placement.by_reference,
                static_cast<std::uint32_t>(step.index * sizeof(std::intptr_t))};
      case Place::float_register:
        return {Base::floats, placement.by_reference,
                static_cast<std::uint32_t>(step.index * kFloatStride)};
      default:
        return {Base::stack, placement.by_reference, step.index};
    }
  }
  const Source source{Base::room, false, static_cast<std::uint32_t>(room_needed_)};
  for (const Step* step : steps) {
    gathered_.push_back(*step);
    gathered_.back().at += source.offset;
  }
  room_needed_ = rounded_up(room_needed_ + placement.type.size.count);
  return source;
}

// Copies of the usual widths are one load and one store.
void CallbackReader::gather(const VMCallbackContext& context, std::byte* room) const {
  for (const Step& step : gathered_) {
    const std::byte* from = register_of(context, step);
    switch (step.size) {
      case 8:
        std::memcpy(room + step.at, from, 8);
        break;
      case 4:
        std::memcpy(room + step.at, from, 4);
        break;
      default:
        std::memcpy(room + step.at, from, step.size);
    }
  }
}

void CallbackReader::arguments(const VMCallbackContext& context, std::byte* room,
                               void** pointers) const {
  if (!gathered_.empty()) gather(context, room);
  std::byte* const bases[] = {reinterpret_cast<std::byte*>(context.intregargsp),
                              reinterpret_cast<std::byte*>(context.floatregargsp),
                              reinterpret_cast<std::byte*>(context.stackp), room};
  for (const Source& source : sources_) {
    void* address = bases[static_cast<std::size_t>(source.base)] + source.offset;
    if (source.by_reference) std::memcpy(&address, address, sizeof address);
    *pointers++ = address;
  }
}

void* CallbackReader::result_room(const VMCallbackContext& context, void* own) const {
  if (!plan_.result.by_reference) return own;
  void* room = nullptr;
  std::memcpy(&room, register_of(context, plan_.argument_steps[0]), sizeof room);
  return room;
}

CallbackReader::Way CallbackReader::way_of_result() const {
  if (plan_.result.by_reference) return Way::room;
  const std::vector<Step>& steps = plan_.result_steps;
  const bool is_first = steps.size() == 1 && steps[0].index == 0 && steps[0].at == 0;
  if (!is_first) return Way::registers;
  const std::size_t size = steps[0].size;
  switch (steps[0].place) {
    case Place::int_register:
      return size <= sizeof(std::intptr_t) ? Way::one_piece : Way::registers;
    case Place::float_register:
      return size == sizeof(float) || size == sizeof(double) ? Way::one_piece : Way::registers;
    case Place::x87:  // what is in results.x87 is taken for a long double [IA32]
      return size <= sizeof(double) ? Way::one_piece : Way::registers;
    default:
      return Way::registers;
  }
}

void CallbackReader::set_result(VMCallbackContext& context, const void* value) const {
  const auto* from = static_cast<const std::byte*>(value);
  switch (way_) {
    case Way::room:
      context.rvs.valword = plan_.returns_room ? reinterpret_cast<std::intptr_t>(value) : 0;
      context.return_code = ReturnCode::word;
      return;
    case Way::one_piece:
      context.rvs.valword64 = load_widened(from, plan_.result_steps[0]);
      context.return_code = code_;
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
