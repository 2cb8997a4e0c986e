#include "interpreter/crash_stack.h"

#include <algorithm>

#include "heap/layouts.h"

namespace banter::interpreter {

using heap::Object;
using heap::Special;
namespace slots = heap::slots;

namespace {

constexpr std::size_t kMostLines = 40;
constexpr int kDeepestBlock = 16;

bool is_plain(Interpreter& vm, Oop oop) {
  return oop.is_object() && oop.bits() != 0 && oop != vm.nil() &&
         oop.as_object()->has_pointers_only();
}

// A String's or Symbol's; what is not ASCII becomes a question mark.
void add_string(Line& line, Oop string) {
  constexpr std::size_t kMost = 80;
  if (!string.is_object() || !string.as_object()->has_bytes()) return line.add_text("?");
  const Object* object = string.as_object();
  for (std::size_t i = 0; i < std::min(object->byte_count(), kMost); i++) {
    const char c = static_cast<char>(object->bytes()[i]);
    line.add("{}", c >= ' ' && c < 0x7F ? c : '?');
  }
}

void add_class(Interpreter& vm, Line& line, Oop cls) {
  if (!is_plain(vm, cls)) return line.add_text("?");
  const Object* object = cls.as_object();
  const bool meta = vm.heap().class_of(cls) == vm.heap().special(Special::kClassMetaclass) &&
                    object->slot_count() >= slots::metaclass::kSize;
  if (meta) cls = object->slot(slots::metaclass::kThisClass);
  if (!is_plain(vm, cls) || cls.as_object()->slot_count() <= slots::klass::kName)
    return line.add_text("?");
  add_string(line, cls.as_object()->slot(slots::klass::kName));
  if (meta) line.add_text(" class");
}

void add_method(Interpreter& vm, Line& line, Oop method) {
  if (!method.is_object() || method.bits() == 0 || !method.as_object()->is_compiled_code())
    return line.add_text("?");
  const Object* code = method.as_object();
  for (int depth = 0; depth < kDeepestBlock && code->literal_count() > 0; depth++) {
    const Oop last = code->literal(code->literal_count() - 1);
    if (!last.is_object() || !last.as_object()->is_compiled_code()) break;
    code = last.as_object();
    line.add_text("[] in ");
  }
  const std::size_t count = code->literal_count();
  if (count < 2) return line.add_text("?");
  const Oop binding = code->literal(count - 1);
  Oop selector = code->literal(count - 2);
  if (is_plain(vm, selector) &&
      selector.as_object()->slot_count() > slots::additional_method_state::kSelector)
    selector = selector.as_object()->slot(slots::additional_method_state::kSelector);
  const bool bound =
      is_plain(vm, binding) && binding.as_object()->slot_count() > slots::association::kValue;
  add_class(vm, line, bound ? binding.as_object()->slot(slots::association::kValue) : Oop{});
  line.add_text(">>");
  add_string(line, selector);
}

void write_foreign(const ForeignFrame& frame, TextSink sink) {
  Line line;
  line.add_text("    ");
  add_foreign_frame(line, frame);
  line.add_text("\n");
  sink(line);
}

bool is_callout(const ForeignFrame* frame) {
  return frame != nullptr && frame->kind == ForeignFrame::Kind::callout;
}

}  // namespace

void add_foreign_frame(Line& line, const ForeignFrame& frame) {
  const char* what = frame.description == nullptr ? "?" : frame.description;
  switch (frame.kind) {
    case ForeignFrame::Kind::callout:
      return line.add("C function {}", what);
    case ForeignFrame::Kind::callback:
      return line.add("callback {}", what);
    case ForeignFrame::Kind::nested_run:
      return line.add("C++ code of {}", what);
  }
}

const ProcessStack* process_of_this_thread(Interpreter& vm) {
  const carrier::Thread* thread = carrier::Thread::current();
  if (thread == nullptr || &thread->carrier() != &vm.carrier() || thread->user == nullptr)
    return nullptr;
  const auto* state = static_cast<const ThreadState*>(thread->user);
  if (const ProcessStack* stack = state->in_c.load(std::memory_order_relaxed)) return stack;
  return thread->place() == carrier::Place::in_vm ? vm.stack_ : nullptr;
}

void write_crash_stack(Interpreter& vm, const ProcessStack& stack, TextSink sink) {
  const bool runs = &stack == vm.stack_ && stack.foreign == nullptr;
  const Frame* top = runs || stack.top == nullptr ? vm.frame_ : stack.top;
  const ForeignFrame* foreign = stack.foreign;
  const std::size_t depth = std::min(stack.index_of(top) + 1, stack.frame_capacity());
  for (std::size_t line = 0; line < std::min(depth, kMostLines); line++) {
    const std::size_t index = depth - 1 - line;
    const Frame& frame = stack.frames()[index];
    for (; is_callout(foreign) && index <= foreign->frame_index; foreign = foreign->previous)
      write_foreign(*foreign, sink);
    Line text;
    text.add_text("    ");
    add_method(vm, text, frame.method);
    text.add_text("\n");
    sink(text);
    if (frame.has(kFrameNativeBase) && foreign != nullptr && !is_callout(foreign)) {
      write_foreign(*foreign, sink);
      foreign = foreign->previous;
    }
  }
  if (depth <= kMostLines) return;
  Line rest;
  rest.add("    ... and {} more\n", depth - kMostLines);
  sink(rest);
}

}  // namespace banter::interpreter
