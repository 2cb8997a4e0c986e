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

void CallbackReader::arguments(const VMCallbackContext& context, std::byte* room,
                               void** pointers) const {
  for (const Step& step : gathered_) {
    std::memcpy(room + step.at, register_of(context, step), step.size);
  }
  std::byte* const bases[] = {reinterpret_cast<std::byte*>(context.intregargsp),
                              reinterpret_cast<std::byte*>(context.floatregargsp),
                              reinterpret_cast<std::byte*>(context.stackp), room};
  for (std::size_t i = 0; i < sources_.size(); i++) {
    const Source& source = sources_[i];
    void* address = bases[static_cast<std::size_t>(source.base)] + source.offset;
    if (source.by_reference) std::memcpy(&address, address, sizeof address);
    pointers[i] = address;
  }
}

void* CallbackReader::result_room(const VMCallbackContext& context, void* own) const {
  if (!plan_.result.by_reference) return own;
  void* room = nullptr;
  std::memcpy(&room, register_of(context, plan_.argument_steps[0]), sizeof room);
  return room;
}

void CallbackReader::set_result(VMCallbackContext& context, const void* value) const {
  if (plan_.result.by_reference) {
    context.rvs.valword = plan_.returns_room ? reinterpret_cast<std::intptr_t>(value) : 0;
    context.return_code = ReturnCode::word;
    return;
  }
  const std::vector<Step>& steps = plan_.result_steps;
  if (steps.size() == 1 && steps[0].place == Place::x87 && steps[0].size <= sizeof(double)) {
    // Not ReturnCode::plan, which takes what is in results.x87 for a long double. [IA32]
    context.return_code = return_code_of(plan_.result.type.value);
    std::memcpy(&context.rvs, value, steps[0].size);
    return;
  }
  context.return_code = ReturnCode::plan;
  context.x87_results = plan_.x87_results;
  for (const Step& step : steps) {
    put_result_piece(context.results, step, static_cast<const std::byte*>(value) + step.at);
  }
}

}  // namespace banter::native
