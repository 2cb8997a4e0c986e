// places.cc -- placements for people to steps for machines.
//
// A float piece of 16 bytes becomes two steps, so that no step but those on the stack and on the
// x87 stack moves more than 8 bytes.
#include "abi/places.h"

#include <algorithm>

#include "base/check.h"

namespace banter::abi {
namespace {

class StepMaker {
 public:
  StepMaker(const CallPlan& plan, const Placement& placement, std::uint16_t argument, Bytes copy,
            std::vector<Step>& steps)
      : plan_(plan), placement_(placement), argument_(argument), copy_(copy), steps_(steps) {}

  void operator()(const InInt& piece) {
    add(Place::int_register, piece.at, piece.size, index_of(piece.reg), plan_.int_register_width);
  }
  void operator()(const InFloat& piece) {
    const Bytes low = std::min(piece.size, Bytes{8});
    add(Place::float_register, piece.at, low, index_of(piece.reg), low);
    if (piece.size > low) {
      const Bytes high = piece.size - low;
      add(Place::float_upper, piece.at + low, high, index_of(piece.reg), high);
    }
  }
  void operator()(const OnStack& piece) {
    add(Place::stack, piece.at, piece.size, piece.offset.count,
        is_floating(placement_.type.value) ? piece.size : plan_.slot);
  }
  void operator()(const OnX87& piece) {
    add(Place::x87, piece.at, piece.size, piece.depth, piece.size);
  }

 private:
  template <class Reg>
  static std::uint32_t index_of(Reg reg) {
    return static_cast<std::uint32_t>(reg);
  }

  // A scalar that is narrower than its place is widened; parts of a value are not.
  void add(Place place, Bytes at, Bytes size, std::uint32_t index, Bytes width) {
    const ValueKind kind = placement_.by_reference ? ValueKind::address : placement_.type.value;
    const bool widen = is_integral(kind) && placement_.pieces.size() == 1 && width > size;
    Step step{placement_.type.value,
              place,
              argument_,
              size.count,
              placement_.by_reference ? copy_.count : at.count,
              index,
              widen ? width.count : size.count,
              Widening::none,
              placement_.by_reference};
    if (widen) step.widening = signed_extension(kind) ? Widening::sign : Widening::zero;
    steps_.push_back(step);
  }

  bool signed_extension(ValueKind kind) const {
    return is_signed(kind) || (plan_.sign_extends_words && kind == ValueKind::uint32);
  }

  const CallPlan& plan_;
  const Placement& placement_;
  std::uint16_t argument_;
  Bytes copy_;
  std::vector<Step>& steps_;
};

void append_steps(const CallPlan& plan, const Placement& placement, std::uint16_t argument,
                  Bytes copy, std::vector<Step>& steps) {
  StepMaker maker(plan, placement, argument, copy, steps);
  for (const Piece& piece : placement.pieces) std::visit(maker, piece);
}

// Where the copy of an argument that travels by reference lies.
Bytes reserve_copy(CallPlan& plan, const CType& type) {
  plan.copies_alignment = std::max(plan.copies_alignment, type.alignment);
  const Bytes at = rounded_up(plan.copies_size, std::max(type.alignment, Bytes{16}));
  plan.copies_size = at + type.size;
  return at;
}

bool any_upper(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.place == Place::float_upper; });
}

}  // namespace

void compile_steps(CallPlan& plan) {
  plan.argument_steps.clear();
  plan.result_steps.clear();
  plan.copies_size = {0};
  append_steps(plan, plan.result, plan.result.by_reference ? kResultRoom : 0, {0},
               plan.result.by_reference ? plan.argument_steps : plan.result_steps);
  for (std::size_t i = 0; i < plan.arguments.size(); i++) {
    const Placement& placement = plan.arguments[i];
    const Bytes copy = placement.by_reference ? reserve_copy(plan, placement.type) : Bytes{0};
    append_steps(plan, placement, static_cast<std::uint16_t>(i), copy, plan.argument_steps);
  }
  plan.wide_floats = any_upper(plan.argument_steps);
  plan.wide_results = any_upper(plan.result_steps);
  plan.x87_results = static_cast<std::uint8_t>(
      std::count_if(plan.result_steps.begin(), plan.result_steps.end(),
                    [](const Step& step) { return step.place == Place::x87; }));
}

}  // namespace banter::abi
