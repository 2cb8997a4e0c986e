// state.h -- the running process as the loop holds it, in registers, and the helpers every
// instruction uses. All inlined: the compiler keeps each member in a register.
#pragma once

#include <cstdint>

#include "heap/object.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

#define BANTER_INLINE [[gnu::always_inline]] inline

namespace banter::interpreter {

using heap::ClassIndex;
using heap::Format;
using heap::Object;

// True when the loop may go on with the next bytecode of the state; false when the Interpreter has
// the state now and it must be loaded again.
using InRegisters = bool;

struct State {
  Interpreter& vm;
  const std::uint8_t* ip;
  Oop* sp;
  Oop* base;
  Frame* frame;
  Object* method;

  explicit State(Interpreter& interpreter) : vm(interpreter) { load(); }

  BANTER_INLINE void save() {
    frame->ip = ip;
    vm.frame_ = frame;
    vm.sp_ = sp;
  }
  BANTER_INLINE void load() {
    frame = vm.frame_;
    sp = vm.sp_;
    ip = frame->ip;
    base = frame->base;
    method = frame->method.as_object();
  }
  // After a call that may have collected but not changed frames.
  BANTER_INLINE void reload_code() {
    ip = frame->ip;
    method = frame->method.as_object();
  }

  BANTER_INLINE void push(Oop value) { *++sp = value; }
  BANTER_INLINE Oop pop() { return *sp--; }
  BANTER_INLINE Oop& top() { return *sp; }
  BANTER_INLINE Oop receiver() const { return base[-1]; }
  BANTER_INLINE Oop literal(std::size_t i) const { return method->slots()[1 + i]; }

  BANTER_INLINE bool must_check() const { return sp > vm.limit_.load(std::memory_order_relaxed); }
};

BANTER_INLINE std::uint32_t class_index_of(Oop oop) {
  return static_cast<std::uint32_t>(oop.is_immediate()
                                        ? oop.bits() & 7
                                        : oop.as_object()->header & heap::Header::kClassIndexMask);
}

// The write barrier; only its rare half is a call.
BANTER_INLINE void note_store(heap::Heap& heap, Object* object, Oop value) {
  if (heap.is_young(value)) [[unlikely]]
    heap.note_store(object, value);
}

// Both SmallIntegers: of the tags in use only theirs has bit 0.
BANTER_INLINE bool both_small_ints(Oop a, Oop b) {
  return (a.bits() & b.bits() & 1) != 0;
}

}  // namespace banter::interpreter
