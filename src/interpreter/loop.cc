// loop.cc -- the dispatch loop: decode one bytecode, do it, go on with the next.
//
// Threaded code: each instruction ends in its own indirect jump, through a table of labels, so that
// the processor predicts each of them apart. What an instruction means stands in instructions.h.
// An instruction that cannot finish in registers leaves the state to the Interpreter and goes to
// `reload`, which also is where native stacks are changed (attend) and where the loop is left.
// The function is one loop over 256 opcodes and so longer than others.
#include "interpreter/instructions.h"

namespace banter::interpreter {

namespace {

// What prefixes say: A unsigned, B signed. Prefixed instructions are rare, except the backward
// jump and the push of an integer, which the loop does itself.
struct Prefixes {
  std::uint64_t a = 0;
  std::int64_t b = 0;
  bool has_b = false;
};

// Reads all prefixes from `ip`, which is at the first. Leaves `ip` after the opcode of the
// instruction and answers that.
std::uint8_t read_prefixes(const std::uint8_t*& ip, Prefixes& prefixes) {
  std::uint8_t opcode = *ip++;
  while (opcode == 224 || opcode == 225) {
    const std::uint8_t byte = *ip++;
    if (opcode == 224) {
      prefixes.a = prefixes.a * 256 + byte;
    } else if (!prefixes.has_b) {
      prefixes.b = static_cast<std::int8_t>(byte);
      prefixes.has_b = true;
    } else {
      prefixes.b = prefixes.b * 256 + byte;
    }
    opcode = *ip++;
  }
  return opcode;
}

BANTER_INLINE InRegisters unknown_bytecode(State& s, const std::uint8_t* start) {
  s.ip = start;
  s.save();
  s.vm.send_unused_bytecode();
  return false;
}

BANTER_INLINE InRegisters long_send(State& s, std::uint64_t a, std::int64_t b) {
  const std::uint8_t i = *s.ip++;
  return ops::send(s, s.literal((i >> 3) + a * 32), static_cast<unsigned>((i & 7) + b * 8));
}

BANTER_INLINE InRegisters long_super_send(State& s, std::uint64_t a, std::int64_t b) {
  const std::uint8_t i = *s.ip++;
  const Oop selector = s.literal((i >> 3) + a * 32);
  const bool directed = b >= 64;
  if (directed) b -= 64;
  const Oop cls = directed ? s.pop() : method_class(s.method);
  return ops::super_send(s, cls, selector, static_cast<unsigned>((i & 7) + b * 8));
}

BANTER_INLINE void make_closure(State& s, std::uint64_t a) {
  const std::size_t literal = s.ip[0] + a * 256;
  const unsigned flags = s.ip[1];
  s.ip += 2;
  s.save();
  ops::push_full_closure(s.vm, literal, flags);
  s.sp = s.vm.sp_;
  s.reload_code();
}

// B=0: thisContext; B=1: the active process.
BANTER_INLINE InRegisters push_pseudo(State& s, std::int64_t b, const std::uint8_t* start) {
  if (b != 0 && b != 1) return unknown_bytecode(s, start);
  s.save();
  const Oop value = b == 0 ? s.vm.this_context() : s.vm.active_process();
  s.reload_code();
  s.push(value);
  return true;
}

InRegisters do_extended(State& s) {
  const std::uint8_t* start = s.ip;
  Prefixes e;
  const std::uint8_t opcode = read_prefixes(s.ip, e);
  switch (opcode) {
    case 82:
      return push_pseudo(s, e.b, start);
    case 94:  // the prefixes are reserved for Sista's inlining
      return ops::return_from_block(s, s.top());
    case 95:
      return true;
    case 226:
      ops::push_receiver_variable_checked(s, *s.ip++ + e.a * 256);
      return true;
    case 227:
      s.push(ops::literal_variable(s, *s.ip++ + e.a * 256));
      return true;
    case 228:
      s.push(s.literal(*s.ip++ + e.a * 256));
      return true;
    case 232:
      s.push(Oop::small_int(*s.ip++ + e.b * 256));
      return true;
    case 233:
      s.push(Oop::character(static_cast<std::uint32_t>(*s.ip++ + e.b * 256)));
      return true;
    case 234:
      return long_send(s, e.a, e.b);
    case 235:
      return long_super_send(s, e.a, e.b);
    case 237: {
      const std::int64_t distance = *s.ip++ + e.b * 256;
      if (distance < 0) return ops::jump_back(s, distance);
      s.ip += distance;
      return true;
    }
    case 238:
    case 239: {
      const std::int64_t distance = *s.ip++ + e.b * 256;
      return ops::jump_if(s, opcode == 238, distance);
    }
    case 240:
    case 243: {
      const std::size_t i = *s.ip++ + e.a * 256;
      const Oop value = s.top();
      if (opcode == 240) --s.sp;
      return ops::store_receiver_variable_checked(s, i, value);
    }
    case 241:
    case 244: {
      const Oop binding = s.literal(*s.ip++ + e.a * 256);
      const Oop value = s.top();
      if (opcode == 241) --s.sp;
      return ops::store_in(s, binding, slots::association::kValue, value);
    }
    case 249:
      make_closure(s, e.a);
      return true;
    default:
      return unknown_bytecode(s, start);
  }
}

// The instruction at the running frame's ip, which begins with a prefix. Its State is its own, so
// that the loop's stays in registers.
[[gnu::noinline]] void extended(Interpreter& vm) {
  State s(vm);
  if (do_extended(s)) s.save();
}

}  // namespace

#define L1(label) &&label
#define L2(label) L1(label), L1(label)
#define L4(label) L2(label), L2(label)
#define L8(label) L4(label), L4(label)
#define L16(label) L8(label), L8(label)

#define NEXT()         \
  do {                 \
    op = *s.ip++;      \
    goto* kLabels[op]; \
  } while (false)
// Goes on when the instruction ended in registers.
#define NEXT_IF(in_registers)    \
  do {                           \
    if (in_registers) [[likely]] \
      NEXT();                    \
    goto reload;                 \
  } while (false)

void Interpreter::interpret() {
  static const void* const kLabels[256] = {L16(push_receiver_variable),
                                           L16(push_literal_variable),
                                           L16(push_literal),
                                           L16(push_literal),
                                           L8(push_temp),
                                           L4(push_temp),
                                           L1(push_receiver),
                                           L1(push_true),
                                           L1(push_false),
                                           L1(push_nil),
                                           L1(push_zero),
                                           L1(push_one),
                                           L1(push_pseudo),
                                           L1(duplicate),
                                           L4(unused),
                                           L1(return_receiver),
                                           L1(return_true),
                                           L1(return_false),
                                           L1(return_nil),
                                           L1(return_top),
                                           L1(block_return_nil),
                                           L1(block_return_top),
                                           L1(nop),
                                           L1(add),
                                           L1(subtract),
                                           L1(less),
                                           L1(greater),
                                           L1(less_equal),
                                           L1(greater_equal),
                                           L1(equal),
                                           L1(not_equal),
                                           L1(multiply),
                                           L1(special_1),
                                           L1(modulo),
                                           L2(special_1),
                                           L1(divide),
                                           L1(bit_and),
                                           L1(bit_or),
                                           L1(at),
                                           L1(at_put),
                                           L1(special_0),
                                           L1(send_special_0),
                                           L1(send_special_1),
                                           L1(send_special_0),
                                           L1(identical),
                                           L1(class_of),
                                           L1(not_identical),
                                           L1(value_0),
                                           L1(value_1),
                                           L1(send_special_1),
                                           L1(send_special_0),
                                           L1(send_special_1),
                                           L2(special_0),
                                           L16(send_0),
                                           L16(send_1),
                                           L16(send_2),
                                           L8(jump),
                                           L8(jump_true),
                                           L8(jump_false),
                                           L8(pop_into_receiver_variable),
                                           L8(pop_into_temp),
                                           L1(pop),
                                           L4(unused),
                                           L2(unused),
                                           L1(unused),
                                           L1(extend_a),
                                           L1(extend_b),
                                           L1(push_receiver_variable_long),
                                           L1(push_literal_variable_long),
                                           L1(push_literal_long),
                                           L1(push_temp_long),
                                           L1(unused),
                                           L1(push_array),
                                           L1(push_integer),
                                           L1(push_character),
                                           L1(send_long),
                                           L1(super_send),
                                           L1(unused),
                                           L1(jump_long),
                                           L1(jump_true_long),
                                           L1(jump_false_long),
                                           L1(pop_into_receiver_variable_long),
                                           L1(pop_into_literal_variable),
                                           L1(pop_into_temp_long),
                                           L1(store_receiver_variable),
                                           L1(store_literal_variable),
                                           L1(store_temp),
                                           L2(unused),
                                           L1(call_primitive),
                                           L1(push_closure),
                                           L1(unused),
                                           L1(push_remote),
                                           L1(store_remote),
                                           L1(pop_into_remote),
                                           L2(unused)};
  if (attention_ && !attend()) return;
  State s(*this);
  std::size_t op;
  NEXT();

push_receiver_variable:
  ops::push_receiver_variable(s, op);
  NEXT();
push_literal_variable:
  s.push(ops::literal_variable(s, op & 15));
  NEXT();
push_literal:
  s.push(s.literal(op & 31));
  NEXT();
push_temp:
  s.push(s.base[op - 64]);
  NEXT();
push_receiver:
  s.push(s.receiver());
  NEXT();
push_true:
  s.push(true_);
  NEXT();
push_false:
  s.push(false_);
  NEXT();
push_nil:
  s.push(nil_);
  NEXT();
push_zero:
  s.push(Oop::small_int(0));
  NEXT();
push_one:
  s.push(Oop::small_int(1));
  NEXT();
push_pseudo:
  NEXT_IF(push_pseudo(s, 0, s.ip - 1));
duplicate : {
  const Oop value = s.top();
  s.push(value);
  NEXT();
}
unused:
  unknown_bytecode(s, s.ip - 1);
  goto reload;

return_receiver:
  NEXT_IF(ops::return_from_method(s, s.receiver()));
return_true:
  NEXT_IF(ops::return_from_method(s, true_));
return_false:
  NEXT_IF(ops::return_from_method(s, false_));
return_nil:
  NEXT_IF(ops::return_from_method(s, nil_));
return_top:
  NEXT_IF(ops::return_from_method(s, s.top()));
block_return_nil:
  NEXT_IF(ops::return_from_block(s, nil_));
block_return_top:
  if (ops::return_from_callback_block(s, s.top())) [[unlikely]]
    return;
  NEXT_IF(ops::return_from_block(s, s.top()));
nop:
  NEXT();

add:
  NEXT_IF(ops::arithmetic<Arithmetic::add>(s, 0));
subtract:
  NEXT_IF(ops::arithmetic<Arithmetic::subtract>(s, 1));
less:
  NEXT_IF(ops::comparison<Comparison::less>(s, 2));
greater:
  NEXT_IF(ops::comparison<Comparison::greater>(s, 3));
less_equal:
  NEXT_IF(ops::comparison<Comparison::less_equal>(s, 4));
greater_equal:
  NEXT_IF(ops::comparison<Comparison::greater_equal>(s, 5));
equal:
  NEXT_IF(ops::comparison<Comparison::equal>(s, 6));
not_equal:
  NEXT_IF(ops::comparison<Comparison::not_equal>(s, 7));
multiply:
  NEXT_IF(ops::arithmetic<Arithmetic::multiply>(s, 8));
modulo : {
  const Oop b = s.sp[0];
  const Oop a = s.sp[-1];
  if (both_small_ints(a, b) && b != Oop::small_int(0)) [[likely]] {
    *--s.sp = Oop::small_int(floored_modulo(a.as_int(), b.as_int()));
    NEXT();
  }
  ops::send_special(s, 10);
  goto reload;
}
divide : {
  const Oop b = s.sp[0];
  const Oop a = s.sp[-1];
  // The smallest SmallInteger over -1 does not fit.
  if (both_small_ints(a, b) && b != Oop::small_int(0) && b != Oop::small_int(-1)) [[likely]] {
    *--s.sp = Oop::small_int(floored_quotient(a.as_int(), b.as_int()));
    NEXT();
  }
  goto special_1;
}
bit_and : {
  const Oop b = s.sp[0];
  const Oop a = s.sp[-1];
  if (both_small_ints(a, b)) [[likely]] {
    *--s.sp = Oop::from_bits(a.bits() & b.bits());
    NEXT();
  }
  ops::send_special(s, 14);
  goto reload;
}
bit_or : {
  const Oop b = s.sp[0];
  const Oop a = s.sp[-1];
  if (both_small_ints(a, b)) [[likely]] {
    *--s.sp = Oop::from_bits(a.bits() | b.bits());
    NEXT();
  }
  ops::send_special(s, 15);
  goto reload;
}
special_0:
special_1:
  // Short cuts with a function of their own; k and its arguments are in the opcode.
  s.save();
  if (ops::special_shortcut(*this, static_cast<unsigned>(op - 96))) {
    s.sp = sp_;
    s.reload_code();
    NEXT();
  }
  send_special(static_cast<unsigned>(op - 96));
  goto reload;
at : {
  Oop result;
  if (ops::element_at(*this, s.sp[-1], s.sp[0], result)) [[likely]] {
    *--s.sp = result;
    NEXT();
  }
  s.save();
  send_at();
  goto reload;
}
at_put : {
  const Oop value = s.top();
  if (ops::set_element_at(*this, s.sp[-2], s.sp[-1], value)) [[likely]] {
    s.sp -= 2;
    s.top() = value;
    NEXT();
  }
  s.save();
  send_at_put();
  goto reload;
}
identical : {
  const Oop b = s.pop();
  ops::push_or_jump(s, s.top() == b);
  NEXT();
}
not_identical : {
  const Oop b = s.pop();
  ops::push_or_jump(s, s.top() != b);
  NEXT();
}
class_of:
  s.top() = heap_.class_at(static_cast<ClassIndex>(class_index_of(s.top())));
  NEXT();
value_0:
  if (ops::is_closure_of(s.sp[0], 0)) NEXT_IF(ops::activate_block(s, s.sp[0].as_object(), 0));
  NEXT_IF(ops::send(s, special_selectors_[25], 0));
value_1:
  if (ops::is_closure_of(s.sp[-1], 1)) NEXT_IF(ops::activate_block(s, s.sp[-1].as_object(), 1));
  NEXT_IF(ops::send(s, special_selectors_[26], 1));
send_special_0:
  NEXT_IF(ops::send(s, special_selectors_[op - 96], 0));
send_special_1:
  NEXT_IF(ops::send(s, special_selectors_[op - 96], 1));

send_0:
  NEXT_IF(ops::send(s, s.literal(op & 15), 0));
send_1:
  NEXT_IF(ops::send(s, s.literal(op & 15), 1));
send_2:
  NEXT_IF(ops::send(s, s.literal(op & 15), 2));

jump:
  s.ip += (op & 7) + 1;
  NEXT();
jump_true:
  NEXT_IF(ops::jump_if(s, true, static_cast<std::int64_t>(op & 7) + 1));
jump_false:
  NEXT_IF(ops::jump_if(s, false, static_cast<std::int64_t>(op & 7) + 1));

pop_into_receiver_variable : {
  const Oop value = s.pop();
  NEXT_IF(ops::store_in(s, s.receiver(), op & 7, value));
}
pop_into_temp:
  s.base[op & 7] = s.top();
  --s.sp;
  NEXT();
pop:
  --s.sp;
  NEXT();

extend_b:
  // A backward jump is always prefixed: the end of every loop.
  if (s.ip[1] == 237) [[likely]] {
    const std::int64_t distance = static_cast<std::int8_t>(s.ip[0]) * 256 + s.ip[2];
    s.ip += 3;
    NEXT_IF(ops::jump_back(s, distance));
  }
  if (s.ip[1] == 232) {  // an integer that is negative or above 255
    s.push(Oop::small_int(static_cast<std::int8_t>(s.ip[0]) * 256 + s.ip[2]));
    s.ip += 3;
    NEXT();
  }
extend_a:
  --s.ip;
  s.save();
  extended(*this);
  goto reload;

push_receiver_variable_long:
  ops::push_receiver_variable_checked(s, *s.ip++);
  NEXT();
push_literal_variable_long:
  s.push(ops::literal_variable(s, *s.ip++));
  NEXT();
push_literal_long:
  s.push(s.literal(*s.ip++));
  NEXT();
push_temp_long:
  s.push(s.base[*s.ip++]);
  NEXT();
push_array:
  s.ip += 1;
  s.save();
  ops::push_new_array(*this, s.ip[-1]);
  s.sp = sp_;
  s.reload_code();
  NEXT();
push_integer:
  s.push(Oop::small_int(*s.ip++));
  NEXT();
push_character:
  s.push(Oop::character(*s.ip++));
  NEXT();
send_long:
  NEXT_IF(long_send(s, 0, 0));
super_send:
  NEXT_IF(long_super_send(s, 0, 0));
jump_long:
  s.ip += 1 + s.ip[0];
  NEXT();
jump_true_long:
  s.ip += 1;
  NEXT_IF(ops::jump_if(s, true, s.ip[-1]));
jump_false_long:
  s.ip += 1;
  NEXT_IF(ops::jump_if(s, false, s.ip[-1]));
pop_into_receiver_variable_long : {
  const std::size_t i = *s.ip++;
  const Oop value = s.pop();
  NEXT_IF(ops::store_receiver_variable_checked(s, i, value));
}
pop_into_literal_variable : {
  const Oop binding = s.literal(*s.ip++);
  const Oop value = s.pop();
  NEXT_IF(ops::store_in(s, binding, slots::association::kValue, value));
}
pop_into_temp_long:
  s.base[*s.ip++] = s.top();
  --s.sp;
  NEXT();
store_receiver_variable : {
  const std::size_t i = *s.ip++;
  NEXT_IF(ops::store_receiver_variable_checked(s, i, s.top()));
}
store_literal_variable : {
  const Oop binding = s.literal(*s.ip++);
  NEXT_IF(ops::store_in(s, binding, slots::association::kValue, s.top()));
}
store_temp:
  s.base[*s.ip++] = s.top();
  NEXT();
call_primitive:
  // It has been tried and has failed, or the code is run without it.
  s.ip += 2;
  NEXT();
push_closure:
  make_closure(s, 0);
  NEXT();
push_remote:
  s.push(ops::remote_temp(s, s.ip[0], s.ip[1]));
  s.ip += 2;
  NEXT();
store_remote:
  ops::store_remote_temp(s, s.ip[0], s.ip[1], s.top());
  s.ip += 2;
  NEXT();
pop_into_remote : {
  const Oop value = s.pop();
  ops::store_remote_temp(s, s.ip[0], s.ip[1], value);
  s.ip += 2;
  NEXT();
}

reload:
  if (attention_ && !attend()) [[unlikely]]
    return;
  s.load();
  NEXT();
}

}  // namespace banter::interpreter
