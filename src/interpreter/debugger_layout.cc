#include "interpreter/debugger_layout.h"

#include <cstddef>

#include "heap/layouts.h"
#include "heap/object.h"
#include "interpreter/interpreter.h"

// These are no C structures, but every compiler that we build with answers.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace banter::carrier {

// A friend of the class whose members it names; so is the other one below.
struct NativeStackLayout {
  static constexpr std::size_t kLimit = offsetof(NativeStack, limit_);
  static constexpr std::size_t kHigh = offsetof(NativeStack, high_);
};

}  // namespace banter::carrier

namespace banter::interpreter {

namespace slots = heap::slots;

struct DebuggerLayout {
  static constexpr std::size_t kInterpreterFrame = offsetof(Interpreter, frame_);
  static constexpr std::size_t kInterpreterStack = offsetof(Interpreter, stack_);
  static constexpr std::size_t kInterpreterNil = offsetof(Interpreter, nil_);
  static constexpr std::size_t kInterpreterStacks = offsetof(Interpreter, stacks_);
  static constexpr std::size_t kInterpreterNative = offsetof(Interpreter, current_native_);
  static constexpr std::size_t kStackId = offsetof(ProcessStack, id_);
  static constexpr std::size_t kStackFrames = offsetof(ProcessStack, frames_);
};

}  // namespace banter::interpreter

using banter::carrier::NativeStackLayout;
using banter::heap::Header;
using banter::heap::Object;
using namespace banter::interpreter;

banter::interpreter::Interpreter* banter_gdb_vm = nullptr;

[[gnu::used]] const DebuggerFact banter_gdb_layout[] = {
    {"pointer.size", sizeof(void*)},
    {"Interpreter.frame", DebuggerLayout::kInterpreterFrame},
    {"Interpreter.stack", DebuggerLayout::kInterpreterStack},
    {"Interpreter.nil", DebuggerLayout::kInterpreterNil},
    {"Interpreter.stacks", DebuggerLayout::kInterpreterStacks},
    {"Interpreter.native", DebuggerLayout::kInterpreterNative},
    {"NativeStack.limit", NativeStackLayout::kLimit},
    {"NativeStack.high", NativeStackLayout::kHigh},
    {"ProcessStack.id", DebuggerLayout::kStackId},
    {"ProcessStack.frames", DebuggerLayout::kStackFrames},
    {"ProcessStack.top", offsetof(ProcessStack, top)},
    {"ProcessStack.process", offsetof(ProcessStack, process)},
    {"ProcessStack.foreign", offsetof(ProcessStack, foreign)},
    {"ForeignFrame.kind", offsetof(ForeignFrame, kind)},
    {"ForeignFrame.description", offsetof(ForeignFrame, description)},
    {"ForeignFrame.previous", offsetof(ForeignFrame, previous)},
    {"ForeignFrame.frame_index", offsetof(ForeignFrame, frame_index)},
    {"ForeignFrame.callout", static_cast<std::uint64_t>(ForeignFrame::Kind::callout)},
    {"ForeignFrame.callback", static_cast<std::uint64_t>(ForeignFrame::Kind::callback)},
    {"Frame.size", sizeof(Frame)},
    {"Frame.method", offsetof(Frame, method)},
    {"Object.header_bytes", Object::kHeaderBytes},
    {"Object.slots_shift", Header::kSlotsShift},
    {"Object.overflow_slots", Header::kOverflowSlots},
    {"Object.format_shift", Header::kFormatShift},
    {"Object.pointer_formats", to_bits(banter::heap::Format::kEphemeron)},
    {"Object.byte_formats", to_bits(banter::heap::Format::kBytes)},
    {"Object.code_formats", to_bits(banter::heap::Format::kCompiledMethod)},
    {"AdditionalMethodState.selector", slots::additional_method_state::kSelector},
    {"Association.value", slots::association::kValue},
    {"Class.name", slots::klass::kName},
    {"Metaclass.this_class", slots::metaclass::kThisClass},
    {"Metaclass.size", slots::metaclass::kSize},
    {"Process.name", slots::process::kName},
    {"", 0},
};
