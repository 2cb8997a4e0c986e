// shortcuts.cc -- the short cuts of the special selectors that the loop does not inline.
#include "heap/layouts.h"
#include "interpreter/instructions.h"

namespace banter::interpreter::ops {

namespace {

using heap::Special;

// Pops two, pushes one.
bool answer(Interpreter& vm, Oop result) {
  --vm.sp_;
  vm.top() = result;
  return true;
}

bool slash(Interpreter& vm) {
  const Oop b = vm.top();
  const Oop a = vm.top(1);
  if (both_small_ints(a, b)) {
    if (b == Oop::small_int(0) || b == Oop::small_int(-1) || a.as_int() % b.as_int() != 0)
      return false;
    return answer(vm, Oop::small_int(a.as_int() / b.as_int()));
  }
  Oop result;
  return float_arithmetic(vm, Arithmetic::divide, a, b, result) && answer(vm, result);
}

bool make_point(Interpreter& vm) {
  const auto is_number = [&](Oop oop) {
    return oop.is_small_int() || oop.is_small_float() ||
           (oop.is_object() && oop.as_object()->class_index() == ClassIndex::kBoxedFloat64);
  };
  if (!is_number(vm.top()) || !is_number(vm.top(1))) return false;
  Object* point = vm.mutator().allocate(ClassIndex::kPoint, Format::kFixed, slots::point::kSize);
  vm.heap().store(point, slots::point::kX, vm.top(1));
  vm.heap().store(point, slots::point::kY, vm.top());
  return answer(vm, point->oop());
}

bool bit_shift(Interpreter& vm) {
  const Oop b = vm.top();
  const Oop a = vm.top(1);
  if (!both_small_ints(a, b)) return false;
  const std::int64_t value = a.as_int();
  const std::int64_t shift = b.as_int();
  if (shift <= 0) return answer(vm, Oop::small_int(shift < -61 ? value >> 61 : value >> -shift));
  if (shift > 60) return false;
  const std::int64_t shifted =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << shift);
  if (shifted >> shift != value || !Oop::fits_small_int(shifted)) return false;
  return answer(vm, Oop::small_int(shifted));
}

bool size(Interpreter& vm) {
  const Oop receiver = vm.top();
  if (!receiver.is_object()) return false;
  const Object* object = receiver.as_object();
  if (object->class_index() == ClassIndex::kArray) {
    vm.top() = Oop::small_int(static_cast<std::int64_t>(object->slot_count()));
  } else if (object->class_index() == ClassIndex::kByteString) {
    vm.top() = Oop::small_int(static_cast<std::int64_t>(object->byte_count()));
  } else {
    return false;
  }
  return true;
}

bool point_variable(Interpreter& vm, std::size_t i) {
  const Oop receiver = vm.top();
  if (!receiver.is_object() || receiver.as_object()->class_index() != ClassIndex::kPoint)
    return false;
  vm.top() = receiver.as_object()->slot(i);
  return true;
}

}  // namespace

bool float_arithmetic(Interpreter& vm, Arithmetic op, Oop a, Oop b, Oop& result) {
  double x, y;
  if (!load_float(a, x) || !load_float(b, y)) return false;
  double value = 0;
  switch (op) {
    case Arithmetic::add:
      value = x + y;
      break;
    case Arithmetic::subtract:
      value = x - y;
      break;
    case Arithmetic::multiply:
      value = x * y;
      break;
    case Arithmetic::divide:
      if (y == 0.0) return false;
      value = x / y;
      break;
  }
  result = Oop::fits_small_float(value) ? Oop::small_float(value) : vm.mutator().new_float(value);
  return true;
}

bool float_comparison(Comparison op, Oop a, Oop b, bool& result) {
  double x, y;
  if (!load_float(a, x) || !load_float(b, y)) return false;
  switch (op) {
    case Comparison::less:
      result = compare<Comparison::less>(x, y);
      break;
    case Comparison::greater:
      result = compare<Comparison::greater>(x, y);
      break;
    case Comparison::less_equal:
      result = compare<Comparison::less_equal>(x, y);
      break;
    case Comparison::greater_equal:
      result = compare<Comparison::greater_equal>(x, y);
      break;
    case Comparison::equal:
      result = compare<Comparison::equal>(x, y);
      break;
    case Comparison::not_equal:
      result = compare<Comparison::not_equal>(x, y);
      break;
  }
  return true;
}

bool special_shortcut(Interpreter& vm, unsigned k) {
  switch (k) {
    case 9:
      return slash(vm);
    case 11:
      return make_point(vm);
    case 12:
      return bit_shift(vm);
    case 18:
      return size(vm);
    case 26:
      return point_variable(vm, slots::point::kX);
    case 27:
      return point_variable(vm, slots::point::kY);
    default:
      return false;
  }
}

void push_full_closure(Interpreter& vm, std::size_t literal, unsigned flags) {
  constexpr unsigned kReceiverOnStack = 0x80;
  constexpr unsigned kNoOuterContext = 0x40;
  const std::size_t copied = flags & 63;
  if ((flags & kNoOuterContext) == 0) vm.this_context();  // may collect
  namespace fields = slots::full_block_closure;
  const std::size_t size = fields::kFirstCopied + copied;
  Object* closure =
      vm.heap().allocate_fast(ClassIndex::kFullBlockClosure, Format::kFixedIndexable, size);
  if (closure == nullptr) {
    closure = vm.mutator().allocate(ClassIndex::kFullBlockClosure, Format::kFixedIndexable, size);
  }
  const Frame* frame = vm.frame();
  const Object* block = frame->method.as_object()->literal(literal).as_object();
  const Oop* stack = vm.sp_ - copied + 1;
  Oop* body = closure->slots();
  body[fields::kOuterContext] = (flags & kNoOuterContext) != 0 ? vm.nil() : frame->context;
  body[fields::kCompiledBlock] = block->oop();
  body[fields::kNumArgs] = Oop::small_int(MethodHeader(block).argument_count());
  body[fields::kReceiver] = (flags & kReceiverOnStack) != 0 ? stack[-1] : frame->receiver();
  for (std::size_t i = 0; i < copied; ++i) body[fields::kFirstCopied + i] = stack[i];
  vm.heap().note_stores(closure);
  vm.sp_ -= copied + ((flags & kReceiverOnStack) != 0 ? 1 : 0);
  vm.push(closure->oop());
}

void push_new_array(Interpreter& vm, unsigned operand) {
  const std::size_t size = operand & 127;
  Object* array = vm.mutator().new_array(size);
  if (operand >= 128) {
    vm.sp_ -= size;
    for (std::size_t i = 0; i < size; ++i) array->slots()[i] = vm.sp_[1 + i];
    vm.heap().note_stores(array);
  }
  vm.push(array->oop());
}

}  // namespace banter::interpreter::ops
