#include "ffi/callback.h"

#include <fmt/core.h>

#include <cstdio>

#include "ffi/argument.h"
#include "ffi/result.h"
#include "ffi/session.h"
#include "heap/rooted.h"
#include "heap/roots.h"
#include "native/marshal.h"
#include "platform/code_address.h"

namespace banter::ffi {

using abi::Role;
using abi::ValueKind;

namespace {

constexpr std::size_t kFirstTableSize = 64;
constexpr std::size_t kMostReports = 64;  // kept for who asks; all are printed

// The bits that go back to C for `value`. False when it does not fit the type, or is something
// that would have to stay in place longer than this call lasts.
bool result_bits(Interpreter& vm, Oop value, const abi::CType& type, std::uint64_t* bits) {
  *bits = 0;
  if (type.value == ValueKind::nothing) return true;
  if (small_integer_to_c(value, type.value, bits)) return true;
  Temporaries temporaries(vm.mutator());
  return to_c(vm.heap(), value, type, temporaries, bits) && temporaries.empty();
}

std::vector<ArgumentMaker> makers_for(const abi::Signature& signature, const abi::CallPlan& plan) {
  std::vector<ArgumentMaker> makers;
  for (const abi::Step& step : plan.argument_steps) {
    if (makers.size() > step.argument) {
      makers.back().single = makers.back().in_register = false;
      continue;
    }
    const abi::CType& type = signature.parameters[step.argument].type;
    ArgumentMaker maker{
        ArgumentMaker::Kind::other, abi::is_signed(type.value), true, false, 0, step};
    maker.in_register = step.place == abi::Place::int_register;
    if (is_plain_integer(type)) {
      maker.kind = ArgumentMaker::Kind::integer;
      maker.unused = 64 - 8 * type.size.count;
    }
    if (type.value == ValueKind::address && type.role != Role::string) {
      maker.kind = ArgumentMaker::Kind::alien;
    }
    makers.push_back(maker);
  }
  return makers;
}

const char* unfit_for_callback(const abi::Signature& signature) {
  if (signature.variadic) return "a callback cannot be variadic";
  if (signature.result.role == Role::object) return "a callback cannot answer an Object";
  for (const abi::Parameter& each : signature.parameters) {
    if (each.type.role == Role::object) return "a callback cannot take an Object";
    if (!each.constant.empty()) return "a callback takes no constants";
  }
  return nullptr;
}

}  // namespace

Callbacks::~Callbacks() {
  for (const auto& each : records_) {
    if (each->in_use) native::ThunkAllocator::instance().free(*each->thunk);
  }
}

Result<void> Callbacks::make_room(Mutator& mutator, std::size_t index, Oop weak_array_class) {
  const std::size_t size = table_.bits() == 0 ? 0 : table_.as_object()->slot_count();
  if (index < size) return {};
  if (!mutator.valid_instance_size(weak_array_class, 1)) {
    return Error{"the table of callbacks must be of a class of weak arrays"};
  }
  const std::size_t larger = size == 0 ? kFirstTableSize : size * 2;
  Object* table = mutator.new_instance(weak_array_class, larger);
  for (std::size_t i = 0; i < size; i++) {
    mutator.heap().store(table, i, table_.as_object()->slot(i));
  }
  table_ = table->oop();
  Object* kept = mutator.new_array(larger);
  for (std::size_t i = 0; i < size; i++) {
    mutator.heap().store(kept, i, kept_.as_object()->slot(i));
  }
  kept_ = kept->oop();
  return {};
}

Result<CallbackRecord*> Callbacks::create(Mutator& mutator, const heap::Rooted<>& callback,
                                          abi::Signature signature, Oop default_value,
                                          std::string creation_site, Oop weak_array_class) {
  const std::string text = abi::to_text(signature);
  if (const char* why = unfit_for_callback(signature)) {
    return Error{fmt::format("{}: '{}'", why, text)};
  }
  if (auto why = unfit_for_smalltalk(signature)) return Error{*why};
  std::uint64_t bits = 0;
  std::vector<std::byte> bytes;
  const bool aggregate = abi::is_aggregate(signature.result.value);
  if (aggregate) bytes.resize(signature.result.size.count);
  const bool fits =
      default_value == mutator.nil() ||
      (aggregate ? bytes_to_c(mutator.heap(), default_value, signature.result, bytes.data())
                 : result_bits(session_.vm(), default_value, signature.result, &bits));
  if (!fits) {
    return Error{fmt::format("the default of '{}': {}", text,
                             misfit(session_.vm(), default_value, signature.result))};
  }
  auto plan = abi::classify(signature.abi, signature);
  if (!plan.ok()) return plan.error();

  const std::size_t index = free_.empty() ? records_.size() : free_.back();
  if (auto room = make_room(mutator, index, weak_array_class); !room.ok()) return room.error();
  if (index == records_.size()) {
    records_.push_back(std::make_unique<CallbackRecord>());
  } else {
    free_.pop_back();
  }
  CallbackRecord& record = *records_[index];
  native::ThunkRequest request;
  request.handler = run_callback;
  request.owner = owner;
  request.user = &record;
  request.default_code = native::return_code_of(signature.result.value);
  request.default_value[0] = bits;
  request.signature = text;
  request.creation_site = creation_site;
  request.callee_pops = plan.value().callee_pops.count;
  const ByValue* by_value = nullptr;
  if (has_aggregates(signature)) {
    by_value = &ByValue::of(plan.value(), text, std::move(bytes));
    if (by_value->plan.wide_floats) request.saved_floats = native::SavedFloats::whole;
  }
  if (aggregate) {
    request.reader = &by_value->reader;
    request.default_result = by_value->default_result.data();
  }
  auto thunk = native::ThunkAllocator::instance().allocate(request);
  if (!thunk.ok()) {
    free_.push_back(index);
    return thunk.error();
  }
  record = CallbackRecord{};
  record.session = &session_;
  record.index = index;
  record.in_use = true;
  record.text = &*texts_.insert(text).first;
  record.subject = &Subject::of(signature, true);
  record.signature = std::move(signature);
  record.plan = std::move(plan).value();
  record.by_value = by_value;
  if (by_value == nullptr) record.makers = makers_for(record.signature, record.plan);
  record.results = small_integers_for(record.signature.result);
  record.thunk = thunk.value();
  mutator.heap().store(table_.as_object(), index, callback.oop());
  live_++;
  return &record;
}

void Callbacks::free(std::size_t index, std::string_view freeing_site) {
  CallbackRecord* record = at(index);
  if (record == nullptr) return;
  Heap& heap = session_.vm().heap();
  native::ThunkAllocator::instance().stop(*record->thunk, freeing_site);
  record->in_use = false;
  record->ends_with_use = true;
  heap.store(table_.as_object(), index, heap.nil());
  heap.store(kept_.as_object(), index, heap.nil());
  if (record->kept) session_.vm().change_outside_sources(-1);
  live_--;
  if (record->running == 0) recycle(*record);
}

// The thunk and the record may be used again.
void Callbacks::recycle(CallbackRecord& record) {
  native::ThunkAllocator::instance().recycle(*record.thunk);
  free_.push_back(record.index);
}

void Callbacks::end_use(CallbackRecord& record) {
  if (record.in_use) {
    free(record.index, "the end of its only call");
  } else if (record.running == 0) {
    recycle(record);
  }
}

void Callbacks::keep(Mutator& mutator, std::size_t index, bool keep) {
  CallbackRecord* record = at(index);
  if (record == nullptr || record->kept == keep) return;
  record->kept = keep;
  mutator.heap().store(kept_.as_object(), index, keep ? object_at(index) : mutator.nil());
  session_.vm().change_outside_sources(keep ? 1 : -1);
}

Result<void> Callbacks::set_options(std::size_t index, bool permeable, bool once,
                                    native::ThreadPolicy policy) {
  CallbackRecord* record = at(index);
  if (record == nullptr) return Error{"the callback has been freed"};
  if (policy == native::ThreadPolicy::post) {
    if (record->by_value != nullptr) {
      return Error{
          fmt::format("a posted callback takes no structures by value: '{}'", *record->text)};
    }
    if (record->plan.stack_size.count > native::PostedCall::kMostStack) {
      return Error{
          fmt::format("a posted callback takes at most {} bytes of arguments on the stack: '{}'",
                      native::PostedCall::kMostStack, *record->text)};
    }
  }
  if (policy == native::ThreadPolicy::post || policy == native::ThreadPolicy::main_thread) {
    session_.arrivals().prepare();
  }
  record->permeable = permeable;
  record->once = record->ends_with_use = once;
  record->has_options = permeable || once;
  native::ThunkAllocator::instance().set_policy(*record->thunk, policy);
  return {};
}

void Callbacks::add_live_to(heap::RootedVector& callbacks) const {
  for (std::size_t i = 0; i < records_.size(); i++) {
    if (records_[i]->in_use && object_at(i) != session_.vm().heap().nil()) {
      callbacks.push_back(object_at(i));
    }
  }
}

CallbackRecord* Callbacks::at(std::size_t index) const {
  if (index >= records_.size() || !records_[index]->in_use) return nullptr;
  return records_[index].get();
}

void Callbacks::sweep() {
  if (live_ == 0) return;
  const Oop nil = session_.vm().heap().nil();
  for (std::size_t i = 0; i < records_.size(); i++) {
    if (records_[i]->in_use && object_at(i) == nil) {
      free(i, "the collector: nothing referred to it");
    }
  }
}

bool Callbacks::store_aggregate(const CallbackRecord& record, Oop value,
                                native::VMCallbackContext& context) const {
  const abi::CType& type = record.signature.result;
  const ValueRoom own(type.size.count, type.alignment.count);
  if (!bytes_to_c(session_.vm().heap(), value, type, own.start())) return false;
  record.by_value->reader.send_result(context, own.start());
  return true;
}

void Callbacks::note_selector() {
  selector_ = session_.vm().heap().special(heap::Special::kSelectorInvokeCallback);
}

void Callbacks::visit_roots(heap::OopVisitor& visitor) {
  visitor.visit(&table_);
  visitor.visit(&kept_);
  visitor.visit(&selector_);
}

void Callbacks::report(std::string text) {
  std::fprintf(stderr, "banter: %s\n", text.c_str());
  if (reports_.size() == kMostReports) reports_.erase(reports_.begin());
  reports_.push_back(std::move(text));
}

namespace {

std::string refused_text(const native::Refused& refused) {
  std::string text = fmt::format("C called {} ({}), created at {}", refused.signature,
                                 native::refusal_text(refused.reason), refused.creation_site);
  if (refused.reason == native::Refusal::freed && !refused.freeing_site.empty())
    text += fmt::format(", freed at {}", refused.freeing_site);
  const auto caller = reinterpret_cast<std::uintptr_t>(refused.caller);
  return text + fmt::format(", from {}: it got the default", platform::describe_code(caller));
}

}  // namespace

void Callbacks::report_refused() {
  std::size_t lost = 0, times = 0;
  std::string text;
  const auto report_last = [&] {
    if (times > 0) report(times == 1 ? text : fmt::format("{} ({} times)", text, times));
  };
  for (const native::Refused& each :
       native::ThunkAllocator::instance().take_refused(*owner, &lost)) {
    std::string next = refused_text(each);
    if (next != text) {
      report_last();
      text = std::move(next);
      times = 0;
    }
    times++;
  }
  report_last();
  if (lost > 0) report(fmt::format("{} more refused callbacks were not recorded", lost));
}

std::vector<std::string> Callbacks::take_reports() {
  return std::exchange(reports_, {});
}

}  // namespace banter::ffi
