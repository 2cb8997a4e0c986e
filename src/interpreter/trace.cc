// trace.cc -- processes and frames as text, for reports that must not run Smalltalk.
#include <fmt/format.h>

#include <iterator>

#include "heap/layouts.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using heap::ClassIndex;
using heap::Object;
using heap::Special;
namespace slots = heap::slots;

namespace {

void append_utf8(std::string& text, std::uint32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | c >> 6);
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | c >> 12);
    text += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (c >> 18 & 7));
    text += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The method that a block's code stands in, through the blocks around it.
const Object* home_method(const Object* code, int& depth) {
  depth = 0;
  while (code->literal_count() > 0) {
    const heap::Oop last = code->literal(code->literal_count() - 1);
    if (!last.is_object() || !last.as_object()->is_compiled_code()) break;
    code = last.as_object();
    ++depth;
  }
  return code;
}

}  // namespace

std::string Interpreter::text_of(Oop string) const {
  std::string text;
  if (!string.is_object() || string == nil_) return text;
  const Object* object = string.as_object();
  if (object->has_bytes()) {
    for (std::size_t i = 0; i < object->byte_count(); ++i) append_utf8(text, object->bytes()[i]);
  } else if (object->format_bits() == 10 || object->format_bits() == 11) {
    for (std::size_t i = 0; i < object->word_count(); ++i) append_utf8(text, object->word(i));
  }
  return text;
}

std::string Interpreter::class_name(Oop cls) const {
  if (!cls.is_object() || cls == nil_ || !cls.as_object()->has_pointers_only()) return "?";
  const Object* object = cls.as_object();
  if (heap_.class_of(cls) == heap_.special(Special::kClassMetaclass) &&
      object->slot_count() >= slots::metaclass::kSize)
    return class_name(object->slot(slots::metaclass::kThisClass)) + " class";
  if (object->slot_count() <= slots::klass::kName) return "?";
  const std::string name = text_of(object->slot(slots::klass::kName));
  return name.empty() ? "?" : name;
}

std::string Interpreter::method_name(Oop method) const {
  if (!method.is_object() || !method.as_object()->is_compiled_code()) return "?";
  int depth = 0;
  const Object* code = home_method(method.as_object(), depth);
  std::string text;
  for (int i = 0; i < depth; ++i) text += "[] in ";
  const std::size_t count = code->literal_count();
  if (count < 2) return text + "?";
  const Oop binding = code->literal(count - 1);
  Oop selector = code->literal(count - 2);
  if (selector.is_object() && selector != nil_ && selector.as_object()->has_pointers_only() &&
      selector.as_object()->slot_count() > slots::additional_method_state::kSelector)
    selector = selector.as_object()->slot(slots::additional_method_state::kSelector);
  const bool bound = binding.is_object() && binding != nil_ &&
                     binding.as_object()->has_pointers_only() &&
                     binding.as_object()->slot_count() > slots::association::kValue;
  text += bound ? class_name(binding.as_object()->slot(slots::association::kValue)) : "?";
  return text + ">>" + text_of(selector);
}

std::string Interpreter::activation_line(const Activation& activation) {
  const Oop method = method_of(activation);
  std::string line = method_name(method);
  if (locator_ == nullptr || !method.is_object()) return line;
  std::int64_t pc = 0;
  if (activation.frame != nullptr) {
    pc = activation.frame->ip - method.as_object()->bytes() + 1;
  } else {
    const Oop slot = activation.context.as_object()->slot(slots::context::kPc);
    pc = slot.is_small_int() ? slot.as_int() : 0;
  }
  const std::string place = locator_(*this, method, pc);
  if (!place.empty()) line += " (" + place + ")";
  return line;
}

namespace {

std::string foreign_line(const ForeignFrame& frame) {
  const char* what = frame.description == nullptr ? "?" : frame.description;
  switch (frame.kind) {
    case ForeignFrame::Kind::callout:
      return fmt::format("C function {}", what);
    case ForeignFrame::Kind::callback:
      return fmt::format("callback {}", what);
    case ForeignFrame::Kind::nested_run:
      return fmt::format("C++ code of {}", what);
  }
  return {};
}

}  // namespace

std::vector<std::string> Interpreter::foreign_frames(const ProcessStack& stack) const {
  std::vector<std::string> lines;
  for (const ForeignFrame* each = stack.foreign; each != nullptr; each = each->previous)
    lines.push_back(foreign_line(*each));
  return lines;
}

std::vector<std::string> Interpreter::foreign_frames_below(const Activation& activation) const {
  std::vector<std::string> lines;
  if (activation.frame == nullptr || !activation.frame->has(kFrameNativeBase)) return lines;
  const ForeignFrame* each = activation.stack->foreign;
  const std::size_t index = activation.stack->index_of(activation.frame);
  while (each != nullptr &&
         (each->kind == ForeignFrame::Kind::callout || each->frame_index != index))
    each = each->previous;
  for (; each != nullptr; each = each->previous) {
    lines.push_back(foreign_line(*each));
    if (each->kind == ForeignFrame::Kind::callout) break;
  }
  return lines;
}

std::string Interpreter::stack_trace(Oop process) {
  constexpr std::size_t kMostLines = 60;
  std::string text;
  Activation each;
  each.context = nil_;
  ProcessStack* stack = stack_of_process(process);
  const ForeignFrame* foreign = stack != nullptr ? stack->foreign : nullptr;
  if (stack != nullptr && top_frame(*stack) != nullptr) {
    each = {stack, top_frame(*stack), nil_};
  } else {
    const Oop context = process.as_object()->slot(slots::process::kSuspendedContext);
    if (is_context(context)) each = activation_of(context);
  }
  std::size_t lines = 0;
  for (; exists(each); each = sender_of(each)) {
    // Foreign frames stand above the frame that called out.
    for (; foreign != nullptr && foreign->kind == ForeignFrame::Kind::callout &&
           each.frame != nullptr && each.stack == stack &&
           stack->index_of(each.frame) <= foreign->frame_index;
         foreign = foreign->previous)
      fmt::format_to(std::back_inserter(text), "    {}\n", foreign_line(*foreign));
    if (++lines > kMostLines) {
      std::size_t more = 0;
      for (; exists(each); each = sender_of(each)) ++more;
      fmt::format_to(std::back_inserter(text), "    ... and {} more\n", more);
      break;
    }
    fmt::format_to(std::back_inserter(text), "    {}\n", activation_line(each));
    if (each.frame != nullptr && each.frame->has(kFrameNativeBase) && foreign != nullptr &&
        foreign->kind != ForeignFrame::Kind::callout) {
      fmt::format_to(std::back_inserter(text), "    {}\n", foreign_line(*foreign));
      foreign = foreign->previous;
    }
  }
  return text;
}

void Interpreter::for_each_process(const std::function<void(const ProcessStack&)>& function) const {
  for (const auto& stack : stacks_)
    if (stack->process.bits() != 0 && stack->process != nil_) function(*stack);
}

std::string Interpreter::process_list() {
  std::string text;
  for (const auto& stack : stacks_) {
    if (stack->process == nil_ || stack->process.bits() == 0) continue;
    const Object* process = stack->process.as_object();
    const char* state = stack.get() == stack_       ? "running"
                        : stack->foreign != nullptr ? "holds foreign frames"
                                                    : "waiting";
    fmt::format_to(std::back_inserter(text), "{:3} {} {}\n", priority_of(stack->process),
                   text_of(process->slot(slots::process::kName)), state);
  }
  return text;
}

}  // namespace banter::interpreter
