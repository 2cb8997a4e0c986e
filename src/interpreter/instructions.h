// instructions.h -- what each bytecode means, as inlined functions over the loop's State.
//
// The dispatch loop (loop.cc) only decodes operands and calls these; a compiler made from the same
// source would call them with constants. Functions that answer InRegisters may have left the state
// to the Interpreter.
#pragma once

#include <cstdint>

#include "heap/layouts.h"
#include "interpreter/arithmetic.h"
#include "interpreter/state.h"

namespace banter::interpreter {
namespace slots = heap::slots;
}

namespace banter::interpreter::ops {

// --- sends ---------------------------------------------------------------------------------------

BANTER_INLINE InRegisters push_method_frame(State& s, const CacheEntry& entry, unsigned arguments) {
  s.frame->ip = s.ip;
  Frame* frame = ++s.frame;
  s.ip = entry.first_bytecode();
  s.base = s.sp - arguments + 1;
  s.method = entry.method.as_object();
  frame->base = s.base;
  frame->method = entry.method;
  frame->closure = s.vm.nil_;
  frame->context = s.vm.nil_;
  frame->flags = 0;
  for (unsigned n = entry.local_count; n > 0; --n) s.push(s.vm.nil_);
  if (s.must_check() || frame >= s.vm.frame_limit_) [[unlikely]] {
    s.save();
    s.vm.check_after_activation(true);
    return false;
  }
  return true;
}

// Runs the primitive; on success its result replaces receiver and arguments.
BANTER_INLINE InRegisters call_primitive(State& s, const CacheEntry& entry, unsigned arguments) {
  s.save();
  s.vm.new_method_ = entry.method;
  const Outcome outcome = entry.function()(*s.vm.mutator_, Args{s.sp - arguments, arguments, s.vm});
  if (outcome.is_success()) [[likely]] {
    if (s.vm.attention_) [[unlikely]] {
      s.vm.sp_ -= arguments;
      *s.vm.sp_ = outcome.result();
      return false;
    }
    s.sp = s.vm.sp_ - arguments;
    *s.sp = outcome.result();
    s.frame = s.vm.frame_;
    s.base = s.frame->base;
    s.reload_code();
    return true;
  }
  s.vm.finish_primitive(outcome, arguments);
  return false;
}

BANTER_INLINE InRegisters activate_block(State& s, Object* closure, unsigned arguments) {
  Object* block = closure->slots()[slots::full_block_closure::kCompiledBlock].as_object();
  const MethodHeader header(block);
  const std::size_t copied = closure->slot_count() - slots::full_block_closure::kFirstCopied;
  s.frame->ip = s.ip;
  Frame* frame = ++s.frame;
  s.base = s.sp - arguments + 1;
  s.base[-1] = closure->slots()[slots::full_block_closure::kReceiver];
  frame->base = s.base;
  frame->method = block->oop();
  frame->closure = closure->oop();
  frame->context = s.vm.nil_;
  frame->flags = kFrameBlock;
  s.method = block;
  for (std::size_t i = 0; i < copied; ++i)
    s.push(closure->slots()[slots::full_block_closure::kFirstCopied + i]);
  for (std::size_t i = arguments + copied; i < header.temp_count(); ++i) s.push(s.vm.nil_);
  s.ip = block->bytes() + (1 + header.literal_count()) * Object::kSlotBytes;
  if (s.must_check() || frame >= s.vm.frame_limit_) [[unlikely]] {
    s.save();
    s.vm.check_after_activation(true);
    return false;
  }
  return true;
}

// A FullBlockClosure that takes this many arguments and has code: what value short cuts need.
BANTER_INLINE bool is_closure_of(Oop oop, unsigned arguments) {
  if (!oop.is_object()) return false;
  const Object* object = oop.as_object();
  if (object->class_index() != ClassIndex::kFullBlockClosure) return false;
  const Oop block = object->slots()[slots::full_block_closure::kCompiledBlock];
  return object->slots()[slots::full_block_closure::kNumArgs] == Oop::small_int(arguments) &&
         block.is_object() && block.as_object()->is_compiled_code();
}

BANTER_INLINE InRegisters execute_entry(State& s, const CacheEntry& entry, unsigned arguments) {
  if (entry.kind == Kind::activate) [[likely]]
    return push_method_frame(s, entry, arguments);
  switch (entry.kind) {
    case Kind::primitive:
      return call_primitive(s, entry, arguments);
    case Kind::return_variable:
      s.top() = s.top().as_object()->slots()[entry.word];
      return true;
    case Kind::return_self:
      return true;
    case Kind::return_constant:
      s.top() = Oop::from_bits(entry.word);
      return true;
    case Kind::closure_value: {
      const Oop receiver = *(s.sp - arguments);
      if (is_closure_of(receiver, arguments))
        return activate_block(s, receiver.as_object(), arguments);
      break;
    }
    default:
      break;
  }
  s.save();
  s.vm.execute(entry, arguments);
  return false;
}

BANTER_INLINE InRegisters send(State& s, Oop selector, unsigned arguments) {
  const std::uint32_t index = class_index_of(*(s.sp - arguments));
  const CacheEntry& entry = s.vm.cache_.at(selector, index);
  if (entry.matches(selector, index)) [[likely]]
    return execute_entry(s, entry, arguments);
  s.save();
  s.vm.send(selector, arguments);
  return false;
}

// Special selector k really sent.
BANTER_INLINE InRegisters send_special(State& s, unsigned k) {
  s.save();
  s.vm.send_special(k);
  return false;
}

BANTER_INLINE InRegisters super_send(State& s, Oop method_class, Oop selector, unsigned arguments) {
  const Oop superclass = method_class.as_object()->slots()[slots::behavior::kSuperclass];
  if (superclass.is_object() && superclass != s.vm.nil_) {
    const std::uint32_t index = superclass.as_object()->hash();
    const CacheEntry& entry = s.vm.cache_.at(selector, index);
    if (index != 0 && entry.matches(selector, index)) return execute_entry(s, entry, arguments);
  }
  s.save();
  s.vm.send_from(superclass, selector, arguments);
  return false;
}

// --- returns -------------------------------------------------------------------------------------

// To the frame below, when nothing is special about this one.
BANTER_INLINE void return_to_frame_below(State& s, Oop value) {
  s.sp = s.base - 1;
  *s.sp = value;
  --s.frame;
  s.base = s.frame->base;
  s.ip = s.frame->ip;
  s.method = s.frame->method.as_object();
}

BANTER_INLINE InRegisters return_from_method(State& s, Oop value) {
  if (s.frame->flags == 0) [[likely]] {
    return_to_frame_below(s, value);
    return true;
  }
  s.save();
  s.vm.return_from_method(value);
  return false;
}

// The block of a callback has its value: its frame goes and the loop is left. False when something
// else is special about the frame.
BANTER_INLINE bool return_from_callback_block(State& s, Oop value) {
  if (s.frame->flags != (kFrameBlock | kFrameNativeBase)) return false;
  ForeignFrame& activation = *s.vm.stack_->foreign;
  activation.result = value;
  activation.finished = true;
  s.vm.frame_ = s.frame - 1;
  s.vm.sp_ = s.base - 2;
  return true;
}

BANTER_INLINE InRegisters return_from_block(State& s, Oop value) {
  if ((s.frame->flags & ~static_cast<std::uint64_t>(kFrameBlock)) == 0) [[likely]] {
    return_to_frame_below(s, value);
    return true;
  }
  s.save();
  s.vm.return_value(value);
  return false;
}

// --- variables -----------------------------------------------------------------------------------

BANTER_INLINE void push_receiver_variable(State& s, std::size_t i) {
  s.push(s.receiver().as_object()->slots()[i]);
}

// The long form, which contexts use: a married context's variables are its frame's.
BANTER_INLINE void push_receiver_variable_checked(State& s, std::size_t i) {
  if (class_index_of(s.receiver()) == heap::to_index(ClassIndex::kContext)) [[unlikely]] {
    s.save();
    const Oop value = s.vm.context_slot(s.receiver(), i);
    s.reload_code();
    s.push(value);
    return;
  }
  push_receiver_variable(s, i);
}

// False when the object is immutable: the message attemptToAssign:withIndex: is on its way.
BANTER_INLINE InRegisters store_in(State& s, Oop target, std::size_t i, Oop value) {
  Object* object = target.as_object();
  if (object->is_immutable()) [[unlikely]] {
    s.save();
    s.vm.send_attempt_to_assign(target, value, i);
    return false;
  }
  object->slots()[i] = value;
  note_store(s.vm.heap_, object, value);
  return true;
}

BANTER_INLINE InRegisters store_receiver_variable_checked(State& s, std::size_t i, Oop value) {
  if (class_index_of(s.receiver()) == heap::to_index(ClassIndex::kContext)) [[unlikely]] {
    s.save();
    s.vm.store_context_variable(s.receiver(), i, value);
    return false;
  }
  return store_in(s, s.receiver(), i, value);
}

BANTER_INLINE Oop& remote_temp(State& s, std::size_t element, std::size_t temp) {
  return s.base[temp].as_object()->slots()[element];
}
BANTER_INLINE void store_remote_temp(State& s, std::size_t element, std::size_t temp, Oop value) {
  Object* vector = s.base[temp].as_object();
  vector->slots()[element] = value;
  note_store(s.vm.heap_, vector, value);
}

BANTER_INLINE Oop literal_variable(State& s, std::size_t i) {
  return s.literal(i).as_object()->slots()[slots::association::kValue];
}

// --- jumps ---------------------------------------------------------------------------------------

BANTER_INLINE InRegisters jump_back(State& s, std::int64_t distance) {
  s.ip += distance;
  if (s.must_check()) [[unlikely]] {
    s.save();
    s.vm.check_events();
    return false;
  }
  return true;
}

BANTER_INLINE InRegisters jump_if(State& s, bool condition, std::int64_t distance) {
  const Oop value = s.top();
  const Oop wanted = condition ? s.vm.true_ : s.vm.false_;
  const Oop other = condition ? s.vm.false_ : s.vm.true_;
  if (value == wanted) {
    --s.sp;
    s.ip += distance;
    return true;
  }
  if (value == other) [[likely]] {
    --s.sp;
    return true;
  }
  s.save();
  s.vm.send(s.vm.heap_.special(heap::Special::kSelectorMustBeBoolean), 0);
  return false;
}

// After a comparison: when a conditional jump follows, it is taken here and the Boolean never made.
BANTER_INLINE void push_or_jump(State& s, bool value) {
  const std::uint8_t next = *s.ip;
  if (next >= 192 && next < 200) {  // short jump if false
    s.ip += 1;
    --s.sp;
    if (!value) s.ip += (next & 7) + 1;
    return;
  }
  if (next >= 184 && next < 192) {  // short jump if true
    s.ip += 1;
    --s.sp;
    if (value) s.ip += (next & 7) + 1;
    return;
  }
  if (next == 239) {  // long jump if false, no prefix
    const unsigned distance = s.ip[1];
    s.ip += 2;
    --s.sp;
    if (!value) s.ip += distance;
    return;
  }
  s.top() = s.vm.boolean(value);
}

// --- special selectors ---------------------------------------------------------------------------

// Float arithmetic and comparison, out of line. False: send it.
[[gnu::noinline]] bool float_arithmetic(Interpreter& vm, Arithmetic op, Oop a, Oop b, Oop& result);
[[gnu::noinline]] bool float_comparison(Comparison op, Oop a, Oop b, bool& result);
// The rest, k as in the table of special selectors. On success the arguments are popped and the
// result is on top. False: send it. May collect.
[[gnu::noinline]] bool special_shortcut(Interpreter& vm, unsigned k);

template <Arithmetic op>
BANTER_INLINE InRegisters arithmetic(State& s, unsigned k) {
  const Oop b = s.sp[0];
  const Oop a = s.sp[-1];
  Oop result;
  if (both_small_ints(a, b) && small_int_arithmetic<op>(a, b, result)) [[likely]] {
    *--s.sp = result;
    return true;
  }
  if ((a.bits() | b.bits()) & 4) {
    s.save();
    if (float_arithmetic(s.vm, op, a, b, result)) {
      s.reload_code();
      *--s.sp = result;
      return true;
    }
  }
  return send_special(s, k);
}

template <Comparison op>
BANTER_INLINE InRegisters comparison(State& s, unsigned k) {
  const Oop b = s.sp[0];
  const Oop a = s.sp[-1];
  if (both_small_ints(a, b)) [[likely]] {
    --s.sp;
    push_or_jump(
        s, compare<op>(static_cast<std::int64_t>(a.bits()), static_cast<std::int64_t>(b.bits())));
    return true;
  }
  bool result = false;
  if (((a.bits() | b.bits()) & 4) != 0 && float_comparison(op, a, b, result)) {
    --s.sp;
    push_or_jump(s, result);
    return true;
  }
  return send_special(s, k);
}

// at: on the classes whose at: is the primitive. Index is 1-based.
BANTER_INLINE bool element_at(Interpreter& vm, Oop receiver, Oop index, Oop& result) {
  if (!receiver.is_object() || !index.is_small_int()) return false;
  Object* object = receiver.as_object();
  const std::uint32_t class_index = class_index_of(receiver);
  const AtEntry& entry = vm.at_cache_.at(class_index);
  if (entry.class_index != class_index) return false;
  const auto i = static_cast<std::uint64_t>(index.as_int() - 1);
  switch (entry.elements) {
    case Elements::pointers:
      if (i >= object->slot_count() - entry.fixed_slots) return false;
      result = object->slots()[i + entry.fixed_slots];
      return true;
    case Elements::bytes:
      if (i >= object->byte_count()) return false;
      result = Oop::small_int(object->bytes()[i]);
      return true;
    case Elements::characters8:
      if (i >= object->byte_count()) return false;
      result = Oop::character(object->bytes()[i]);
      return true;
    case Elements::words:
      if (i >= object->word_count()) return false;
      result = Oop::small_int(object->word(i));
      return true;
    case Elements::characters32:
      if (i >= object->word_count()) return false;
      result = Oop::character(object->word(i));
      return true;
    case Elements::none:
      return false;
  }
  return false;
}

BANTER_INLINE bool set_element_at(Interpreter& vm, Oop receiver, Oop index, Oop value) {
  if (!receiver.is_object() || !index.is_small_int()) return false;
  Object* object = receiver.as_object();
  const std::uint32_t class_index = class_index_of(receiver);
  const AtEntry& entry = vm.at_put_cache_.at(class_index);
  if (entry.class_index != class_index || object->is_immutable()) return false;
  const auto i = static_cast<std::uint64_t>(index.as_int() - 1);
  switch (entry.elements) {
    case Elements::pointers:
      if (i >= object->slot_count() - entry.fixed_slots) return false;
      object->slots()[i + entry.fixed_slots] = value;
      note_store(vm.heap_, object, value);
      return true;
    case Elements::bytes:
      if (i >= object->byte_count() || !value.is_small_int() || value.bits() >> 3 > 255)
        return false;
      object->bytes()[i] = static_cast<std::uint8_t>(value.as_int());
      return true;
    case Elements::characters8:
      if (i >= object->byte_count() || !value.is_character() || value.as_code_point() > 255)
        return false;
      object->bytes()[i] = static_cast<std::uint8_t>(value.as_code_point());
      return true;
    case Elements::words:
      if (i >= object->word_count() || !value.is_small_int() || value.bits() >> 3 > 0xFFFFFFFF)
        return false;
      object->set_word(i, static_cast<std::uint32_t>(value.as_int()));
      return true;
    case Elements::characters32:
      if (i >= object->word_count() || !value.is_character()) return false;
      object->set_word(i, value.as_code_point());
      return true;
    case Elements::none:
      return false;
  }
  return false;
}

// --- closures and arrays -------------------------------------------------------------------------

// Bytecode 249. Out of line: it allocates.
[[gnu::noinline]] void push_full_closure(Interpreter& vm, std::size_t literal, unsigned flags);
// Bytecode 231.
[[gnu::noinline]] void push_new_array(Interpreter& vm, unsigned operand);

}  // namespace banter::interpreter::ops
