// run.cc -- making a VM, and running Smalltalk from C++.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/control_primitives.h"
#include "interpreter/debugger_layout.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using carrier::NativeStack;
using carrier::Thread;
using carrier::ThreadKind;
using heap::ClassIndex;
using heap::Format;
using heap::Object;
using heap::Rooted;
using heap::Special;
namespace process = heap::slots::process;

std::unique_ptr<Interpreter> Interpreter::create(heap::Heap& heap, InterpreterOptions options) {
  return std::unique_ptr<Interpreter>(new Interpreter(heap, options));
}

Interpreter::Interpreter(heap::Heap& heap, InterpreterOptions options)
    : heap_(heap), options_(options), primitives_(kPrimitiveLimit, nullptr) {
  flush_caches();
  new_method_ = nil_;
  heap_.add_root_provider(this);
  heap_.set_exhausted_hook([this](const std::string& message) { fatal(message); });
  carrier_.set_hooks({this, note_detached});
  carrier_.ownership().set_wanted_hook(
      {[](void* vm) { static_cast<Interpreter*>(vm)->request_interrupt(); }, this});
  carrier_.heartbeat().set_hooks(
      {this, [](void* vm) { static_cast<Interpreter*>(vm)->request_interrupt(); }, work_waiting,
       run_spare});
  main_thread_ = &attach_thread(ThreadKind::main);
  BANTER_CHECK(carrier_.ownership().acquire(*main_thread_), "a new VM is free");
  use_native(main_thread_->current_stack());
  install_control_primitives(*this);
  banter_gdb_vm = this;
}

Interpreter::~Interpreter() {
  if (banter_gdb_vm == this) banter_gdb_vm = nullptr;
  heap_.set_exhausted_hook({});
  heap_.remove_root_provider(this);
  carrier_.ownership().release(*main_thread_);
  carrier_.shut_down();
  auto* native = static_cast<NativeState*>(main_thread_->own_stack().user);
  auto* thread = static_cast<ThreadState*>(main_thread_->user);
  main_thread_->own_stack().user = nullptr;
  main_thread_->user = nullptr;
  for (NativeStack* each : idle_natives_) {
    delete static_cast<NativeState*>(each->user);
    each->user = nullptr;
  }
  delete native;
  delete thread;
}

void Interpreter::fatal(const std::string& message) {
  std::string trace;
  if (stack_ != nullptr) {
    save_active_stack();
    trace = stack_trace(stack_->process);
  }
  std::fflush(stdout);
  std::fprintf(stderr, "banter: %s\n%s", message.c_str(), trace.c_str());
  std::fflush(stderr);
  std::_Exit(70);
}

// --- primitives
// --------------------------------------------------------------------------------------

void Interpreter::add_primitives(std::span<const Entry> entries) {
  for (const Entry& entry : entries) {
    BANTER_CHECK(entry.number < kPrimitiveLimit && primitives_[entry.number] == nullptr,
                 "primitive {} {} is there already", entry.number, entry.name);
    primitives_[entry.number] = &entry;
  }
  flush_caches();
}

void Interpreter::add_named_primitives(std::span<const NamedEntry> entries) {
  for (const NamedEntry& entry : entries) {
    const bool added =
        named_primitives_.emplace(fmt::format("{}>{}", entry.module, entry.name), &entry).second;
    BANTER_CHECK(added, "primitive {} of module {} is there already", entry.name, entry.module);
  }
  flush_caches();
}

const Entry* Interpreter::find_primitive(std::uint16_t number) const {
  return number < kPrimitiveLimit ? primitives_[number] : nullptr;
}

const NamedEntry* Interpreter::find_named_primitive(std::string_view module,
                                                    std::string_view name) const {
  const auto found = named_primitives_.find(fmt::format("{}>{}", module, name));
  return found == named_primitives_.end() ? nullptr : found->second;
}

// Literal 0 of the method is {module. name. 0. index}.
NamedCall Interpreter::named_call(Oop method) const {
  const Object* code = method.as_object();
  if (code->literal_count() == 0) return {};
  const Oop spec = code->literal(0);
  if (!spec.is_object() || spec.as_object()->class_index() != ClassIndex::kArray ||
      spec.as_object()->slot_count() != 4)
    return {};
  const NamedEntry* entry =
      find_named_primitive(text_of(spec.as_object()->slot(0)), text_of(spec.as_object()->slot(1)));
  if (entry == nullptr) return {nullptr, Failure::not_found};
  const auto count = static_cast<std::int8_t>(MethodHeader(code).argument_count());
  if (entry->arguments >= 0 && entry->arguments != count)
    return {nullptr, Failure::bad_argument_count};
  return {entry->function, Failure::generic};
}

// --- processes made by C++
// ---------------------------------------------------------------------------

Oop Interpreter::new_process_object(std::int64_t priority) {
  const Oop cls = heap_.class_at(ClassIndex::kProcess);
  const std::size_t size =
      cls == nil_ ? process::kSize : heap::Heap::instance_size_of(cls.as_object());
  Object* object = mutator_->allocate(ClassIndex::kProcess, Format::kFixed, size);
  heap_.store(object, process::kPriority, Oop::small_int(priority));
  return object->oop();
}

// The process of `stack`, which has no frames yet, becomes the active one.
void Interpreter::start_on_stack(ProcessStack& stack) {
  heap_.store(scheduler().as_object(), heap::slots::scheduler::kActiveProcess, stack.process);
  load_stack(stack);
}

// The process that runs on `stack` is over: nobody is active.
void Interpreter::end_of_process_on(ProcessStack& stack) {
  if (stack_ == &stack) save_active_stack();
  heap_.store(stack.process.as_object(), process::kSuspendedContext, nil_);
  stack_ = nullptr;
  stack.top = nullptr;
  free_stack(stack);
}

// A method that sends `selector` with its arguments to its receiver and answers the result. It
// says of itself that it is `selector` of the receiver's class.
Oop Interpreter::make_run_method(Oop receiver, Oop selector, std::size_t argument_count) {
  std::vector<std::uint8_t> code{76};  // push receiver
  for (std::size_t i = 0; i < argument_count; ++i)
    code.push_back(static_cast<std::uint8_t>(64 + i));  // push temp
  if (argument_count > 7) {
    code.push_back(225);  // B := 1
    code.push_back(1);
  }
  code.push_back(234);  // send literal 0
  code.push_back(static_cast<std::uint8_t>(argument_count & 7));
  code.push_back(92);  // return top
  constexpr std::size_t kLiterals = 3;
  const std::size_t bytes = (1 + kLiterals) * Object::kSlotBytes + code.size();
  const std::size_t slots = (bytes + 7) / 8;
  Rooted<> name(*mutator_, selector);
  Rooted<> binding(*mutator_, mutator_->new_association(nil_, heap_.class_of(receiver)));
  Rooted<> state(*mutator_, name.oop());
  if (const Oop cls = heap_.special(Special::kClassAdditionalMethodState); cls != nil_) {
    namespace fields = heap::slots::additional_method_state;
    state = mutator_->new_pointers(cls, fields::kFirstProperty);
    state.store(fields::kSelector, name.oop());
  }
  const auto format = static_cast<Format>(heap::to_bits(Format::kCompiledMethod) +
                                          (slots * Object::kSlotBytes - bytes));
  const auto header =
      static_cast<std::int64_t>(kLiterals | argument_count << 18 | argument_count << 24 | 1u << 17);
  Object* method = allocate_method(format, slots, Oop::small_int(header));
  heap_.store(method, 1, name.oop());
  heap_.store(method, 2, state.oop());
  heap_.store(method, 3, binding.oop());
  if (state.oop() != name.oop())
    state.store(heap::slots::additional_method_state::kMethod, method->oop());
  std::copy(code.begin(), code.end(), method->bytes() + (1 + kLiterals) * Object::kSlotBytes);
  return method->oop();
}

// Compiled code with its literals nil and its bytecodes 0.
Object* Interpreter::allocate_method(Format format, std::size_t slots, Oop header) {
  Object* method = mutator_->allocate(ClassIndex::kCompiledMethod, Format::kLongs, slots);
  method->slots()[0] = header;
  method->set_format(format);
  for (std::size_t i = 0; i < method->literal_count(); ++i) method->slots()[1 + i] = nil_;
  return method;
}

Result<Oop> Interpreter::run(Oop receiver, Oop selector, std::span<const Oop> arguments) {
  BANTER_CHECK(arguments.size() <= 11, "{} arguments are too many for run", arguments.size());
  heap::RootedVector values(*mutator_);
  values.push_back(receiver);
  for (const Oop argument : arguments) values.push_back(argument);
  Rooted<> method(*mutator_, make_run_method(values[0], selector, arguments.size()));
  if (stack_ != nullptr) return run_nested(values, method.oop());
  RunRecord record;
  record.process = new_process_object(kUserPriority);
  begin_run(record);
  start_on_stack(new_stack(record.process));
  push(nil_);
  for (std::size_t i = 0; i < values.size(); ++i) push(values[i]);
  push_frame(method.oop(), nil_, sp_ - arguments.size() + 1, kFrameBottom);
  return finish_run(record);
}

void Interpreter::begin_run(RunRecord& record) {
  flush_caches();
  record.result = nil_;
  record.anchor = current_native_;
  record.previous = runs_;
  runs_ = &record;
}

Result<Oop> Interpreter::finish_run(RunRecord& record) {
  attention_ = true;
  interpret();
  runs_ = record.previous;
  if (stack_ != nullptr) set_active_aside();
  return outcome_of(record);
}

Result<Oop> Interpreter::outcome_of(const RunRecord& record) {
  if (!record.error.empty()) return Error{record.error};
  return record.result;
}

// In a primitive of the active process: C++ waits for this activation as C waits for a callback.
Result<Oop> Interpreter::run_nested(const heap::RootedVector& values, Oop method) {
  ProcessStack& stack = *stack_;
  NativeStack& native = *current_native_;
  ForeignFrame activation;
  activation.kind = ForeignFrame::Kind::nested_run;
  activation.description = "a primitive";
  activation.previous = stack.foreign;
  activation.frame_index = stack.index_of(frame_ + 1);
  if (new_method_ != nil_)
    activation.operands = MethodHeader(new_method_.as_object()).argument_count() + 1;
  activation.result = activation.pending = nil_;
  const Oop outer_method = new_method_;
  Rooted<> saved_method(*mutator_, outer_method);
  ensure_room(ProcessStack::kHeadroom);
  for (std::size_t i = 0; i < values.size(); ++i) push(values[i]);
  push_frame(method, nil_, sp_ - (values.size() - 1) + 1, kFrameNativeBase);
  void* const owner = native.owner;
  stack.foreign = &activation;
  stack.native = &native;
  native.owner = &stack;
  interpret();
  stack.foreign = activation.previous;
  native.owner = owner;
  if (activation.previous == nullptr) stack.native = nullptr;
  new_method_ = saved_method.oop();
  if (stack.callout_returned) attention_ = true;
  if (activation.abandoned) return Error{"the process was terminated"};
  return activation.result;
}

// The running process has ended without a result. True when run() waits for it.
bool Interpreter::run_was_terminated() {
  if (runs_ == nullptr || runs_->process != stack_->process || stack_->foreign != nullptr)
    return false;
  runs_->error = "the process was terminated";
  runs_->done = true;
  widow(frame_);
  end_of_process_on(*stack_);
  attention_ = true;
  return true;
}

// A process has returned from its bottom frame. True when run() waits for it.
bool Interpreter::ends_run(Oop value) {
  if (runs_ == nullptr || runs_->process != stack_->process) return false;
  runs_->result = value;
  runs_->done = true;
  widow(frame_);
  end_of_process_on(*stack_);
  attention_ = true;
  return true;
}

}  // namespace banter::interpreter
