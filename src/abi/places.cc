#include "abi/places.h"

#include <algorithm>

#include "base/check.h"

namespace banter::abi {
namespace {

struct StepMaker {
  const CallPlan& plan;
  ValueKind value;
  std::uint16_t argument;
  bool whole;  // the value has this piece only, so that it may be widened

  Step operator()(const InInt& piece) const {
    const Bytes width = whole ? std::max(piece.size, plan.int_register_width) : piece.size;
    return make(Place::int_register, width, piece.at, static_cast<std::uint32_t>(piece.reg));
  }
  Step operator()(const InFloat& piece) const {
    return make(Place::float_register, piece.size, piece.at, static_cast<std::uint32_t>(piece.reg));
  }
  Step operator()(const OnStack& piece) const {
    const bool widen = whole && is_integral(value);
    return make(Place::stack, widen ? std::max(piece.size, plan.slot) : piece.size, piece.at,
                piece.offset.count);
  }

  Step make(Place place, Bytes size, Bytes at, std::uint32_t index) const {
    BANTER_CHECK(index <= UINT16_MAX, "argument {} stands {} bytes up the stack", argument, index);
    return {value,
            place,
            static_cast<std::uint8_t>(size.count),
            static_cast<std::uint8_t>(at.count),
            static_cast<std::uint16_t>(index),
            argument};
  }
};

void append_steps(const CallPlan& plan, const Placement& placement, std::size_t argument,
                  std::vector<Step>& steps) {
  const StepMaker maker{plan, placement.value, static_cast<std::uint16_t>(argument),
                        placement.pieces.size() == 1};
  for (const Piece& piece : placement.pieces) steps.push_back(std::visit(maker, piece));
}

}  // namespace

void compile_steps(CallPlan& plan) {
  plan.argument_steps.clear();
  plan.result_steps.clear();
  for (std::size_t i = 0; i < plan.arguments.size(); i++) {
    append_steps(plan, plan.arguments[i], i, plan.argument_steps);
  }
  append_steps(plan, plan.result, 0, plan.result_steps);
}

}  // namespace banter::abi
