// send.cc -- from a selector and a receiver to a running method: lookup, primitives, activation.
#include <fmt/format.h>

#include <cstdlib>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using heap::ClassIndex;
using heap::Format;
using heap::Object;
using heap::Rooted;
using heap::Special;
namespace slots = heap::slots;

namespace {

constexpr unsigned kExternalCall = 117;
constexpr unsigned kPrimitiveValue = 207;
constexpr unsigned kPrimitiveUnwindMark = 198;
constexpr unsigned kFirstQuick = 256;
constexpr unsigned kFirstQuickVariable = 264;
constexpr unsigned kLastQuick = 519;
constexpr std::size_t kLinearScanLimit = 8;

std::size_t selector_hash(Oop selector) {
  return selector.is_small_int() ? static_cast<std::size_t>(selector.as_int())
                                 : selector.as_object()->hash();
}

// The value under `selector`, or an Oop of 0 bits.
Oop find_in_dictionary(const Object* dictionary, Oop selector, Oop nil) {
  const std::size_t capacity = dictionary->slot_count() - slots::method_dictionary::kFirstKey;
  const Oop* keys = dictionary->slots() + slots::method_dictionary::kFirstKey;
  const bool scan = capacity <= kLinearScanLimit + 1;
  const std::size_t start = scan ? 0 : selector_hash(selector) & (capacity - 1);
  for (std::size_t n = 0; n < capacity; ++n) {
    const std::size_t i = scan ? n : (start + n) & (capacity - 1);
    if (keys[i] == selector)
      return dictionary->slots()[slots::method_dictionary::kMethods].as_object()->slots()[i];
    if (!scan && keys[i] == nil) break;
  }
  return Oop();
}

struct Found {
  enum class How : std::uint8_t { method, nothing, no_dictionary } how;
  Oop oop;  // the method, or the class that has no method dictionary
};

Found look_up(Oop cls, Oop selector, Oop nil) {
  for (Oop each = cls; each != nil;
       each = each.as_object()->slots()[slots::behavior::kSuperclass]) {
    const Oop dictionary = each.as_object()->slots()[slots::behavior::kMethodDict];
    if (dictionary == nil) return {Found::How::no_dictionary, each};
    const Oop method = find_in_dictionary(dictionary.as_object(), selector, nil);
    if (method.bits() != 0) return {Found::How::method, method};
  }
  return {Found::How::nothing, nil};
}

// Quick methods answer without a frame; nothing for a number that is none.
bool make_quick(CacheEntry& entry, unsigned number, const Interpreter& vm) {
  if (number < kFirstQuick || number > kLastQuick || entry.argument_count != 0) return false;
  entry.kind = Kind::return_constant;
  if (number >= kFirstQuickVariable) {
    entry.kind = Kind::return_variable;
    entry.word = number - kFirstQuickVariable;
    return true;
  }
  switch (number - kFirstQuick) {
    case 0:
      entry.kind = Kind::return_self;
      break;
    case 1:
      entry.word = vm.true_.bits();
      break;
    case 2:
      entry.word = vm.false_.bits();
      break;
    case 3:
      entry.word = vm.nil_.bits();
      break;
    default:
      entry.word = Oop::small_int(static_cast<std::int64_t>(number - kFirstQuick) - 5).bits();
  }
  return true;
}

}  // namespace

std::optional<Oop> Interpreter::lookup(Oop cls, Oop selector) const {
  const Found found = look_up(cls, selector, nil_);
  return found.how == Found::How::method ? std::optional<Oop>(found.oop) : std::nullopt;
}

// What executing `method` takes. The class and selector are the caller's to fill.
CacheEntry Interpreter::entry_for(Oop method) const {
  CacheEntry entry{};
  entry.method = method;
  entry.kind = Kind::general;
  if (!method.is_object() || !method.as_object()->is_compiled_code()) return entry;
  const Object* code = method.as_object();
  const MethodHeader header(code);
  entry.argument_count = static_cast<std::uint8_t>(header.argument_count());
  entry.local_count = static_cast<std::uint8_t>(header.temp_count() - header.argument_count());
  const unsigned number = primitive_number(code);
  if (number == 0) {
    entry.kind = Kind::activate;
    entry.word = reinterpret_cast<std::uintptr_t>(code->bytecodes());
  } else if (number == kPrimitiveValue) {
    entry.kind = Kind::closure_value;
  } else if (number == kExternalCall && named_call(method).function != nullptr) {
    entry.kind = Kind::primitive;
    entry.word = reinterpret_cast<std::uintptr_t>(named_call(method).function);
  } else if (!make_quick(entry, number, *this)) {
    const Entry* primitive = find_primitive(static_cast<std::uint16_t>(number));
    if (primitive != nullptr &&
        (primitive->arguments < 0 || primitive->arguments == entry.argument_count)) {
      entry.kind = Kind::primitive;
      entry.word = reinterpret_cast<std::uintptr_t>(primitive->function);
    }
  }
  return entry;
}

CacheEntry* Interpreter::find(Oop selector, std::uint32_t class_index) {
  return find_from(heap_.class_at(static_cast<ClassIndex>(class_index)), selector, class_index);
}

CacheEntry* Interpreter::find_from(Oop cls, Oop selector, std::uint32_t class_index) {
  CacheEntry& entry = cache_.at(selector, class_index);
  if (class_index != 0 && entry.matches(selector, class_index)) return &entry;
  const Found found = look_up(cls, selector, nil_);
  if (found.how != Found::How::method) return nullptr;
  entry = entry_for(found.oop);
  entry.selector = selector;
  entry.class_index = class_index;
  cache_holds_young_ |= heap_.is_young(selector) || heap_.is_young(found.oop);
  return &entry;
}

void Interpreter::send(Oop selector, unsigned argument_count) {
  const auto index = heap::to_index(heap_.class_index_of(top(argument_count)));
  const CacheEntry* entry = find(selector, index);
  if (entry == nullptr) {
    do_not_understand(heap_.class_at(static_cast<ClassIndex>(index)), selector, argument_count);
  } else {
    execute(*entry, argument_count);
  }
}

void Interpreter::send_from(Oop cls, Oop selector, unsigned argument_count) {
  if (!cls.is_object() || cls == nil_) return do_not_understand(cls, selector, argument_count);
  Rooted<> root(*mutator_, selector);
  Rooted<> start(*mutator_, cls);
  const auto index = heap::to_index(mutator_->enter_class(cls));
  const CacheEntry* entry = find_from(start.oop(), root.oop(), index);
  if (entry == nullptr) return do_not_understand(start.oop(), root.oop(), argument_count);
  execute(*entry, argument_count);
}

void Interpreter::send_special(unsigned k) {
  const Object* table = heap_.special(Special::kSpecialSelectors).as_object();
  send(table->slot(2 * k), static_cast<unsigned>(table->slot(2 * k + 1).as_int()));
}

void Interpreter::execute(const CacheEntry& entry, unsigned argument_count) {
  const bool is_code = entry.method.is_object() && entry.method.as_object()->is_compiled_code();
  if (!is_code) return run_object_as_method(entry.selector, entry.method, argument_count);
  if (entry.argument_count != argument_count) {
    const Oop cls = heap_.class_of(top(argument_count));
    return do_not_understand(cls, entry.selector, argument_count);
  }
  switch (entry.kind) {
    case Kind::activate:
      return activate_method(entry.method, argument_count);
    case Kind::return_self:
      return;
    case Kind::return_constant:
      top() = Oop::from_bits(entry.word);
      return;
    case Kind::return_variable:
      top() = top().as_object()->slot(entry.word);
      return;
    case Kind::primitive:
      return run_primitive(entry.function(), entry.method, argument_count);
    case Kind::closure_value: {
      const Oop method = entry.method;
      if (activate_closure(argument_count)) return;
      return activate_after_failure(method, argument_count, Failure::generic);
    }
    case Kind::general:
    case Kind::empty:
      return activate_after_failure(entry.method, argument_count, Failure::generic);
  }
}

void Interpreter::execute_method(Oop method, unsigned argument_count) {
  CacheEntry entry = entry_for(method);
  entry.selector = nil_;
  execute(entry, argument_count);
}

void Interpreter::run_primitive(Primitive function, Oop method, unsigned argument_count) {
  new_method_ = method;
  finish_primitive(function(*mutator_, Args{sp_ - argument_count, argument_count, *this}),
                   argument_count);
}

void Interpreter::finish_primitive(Outcome outcome, unsigned argument_count) {
  if (outcome.is_control()) return;
  if (outcome.is_failure()) return activate_after_failure(new_method_, argument_count, outcome);
  sp_ -= argument_count;
  *sp_ = outcome.result();
}

Oop Interpreter::error_object(Outcome outcome) {
  if (outcome.detail()) return *outcome.detail();
  const auto code = static_cast<std::size_t>(outcome.failure());
  const Oop table = heap_.special(Special::kPrimitiveErrorTable);
  if (table != nil_ && code - 1 < table.as_object()->slot_count())
    return table.as_object()->slot(code - 1);
  return Oop::small_int(static_cast<std::int64_t>(code));
}

void Interpreter::push_method_frame(Oop method, unsigned argument_count) {
  const MethodHeader header(method.as_object());
  push_frame(method, nil_, sp_ - argument_count + 1, 0);
  for (unsigned i = argument_count; i < header.temp_count(); ++i) push(nil_);
}

void Interpreter::activate_method(Oop method, unsigned argument_count, bool may_switch) {
  push_method_frame(method, argument_count);
  if (sp_ > limit_.load(std::memory_order_relaxed) || frame_ >= frame_limit_)
    check_after_activation(may_switch);
}

void Interpreter::activate_after_failure(Oop method, unsigned argument_count, Outcome outcome) {
  const Oop error = error_object(outcome);
  const Object* code = method.as_object();
  const MethodHeader header(code);
  push_frame(method, nil_, sp_ - argument_count + 1, 0);
  for (unsigned i = argument_count; i < header.temp_count(); ++i) push(nil_);
  bool may_switch = true;
  if (header.has_primitive()) {
    may_switch = primitive_number(code) != kPrimitiveUnwindMark;
    frame_->ip += kCallPrimitiveBytes;
    if (frame_->ip[0] == kStoreTemp) {
      frame_->base[frame_->ip[1]] = error;
      frame_->ip += 2;
    }
  }
  if (sp_ > limit_.load(std::memory_order_relaxed) || frame_ >= frame_limit_)
    check_after_activation(may_switch);
}

bool Interpreter::push_closure_frame(unsigned argument_count) {
  Oop* const receiver = sp_ - argument_count;
  const Oop oop = *receiver;
  if (!oop.is_object()) return false;
  const Object* closure = oop.as_object();
  namespace fields = slots::full_block_closure;
  const std::size_t slot_count = closure->slot_count();
  const Oop* const body = closure->slots();
  if (closure->format() != Format::kFixedIndexable || slot_count < fields::kFirstCopied ||
      body[fields::kNumArgs] != Oop::small_int(argument_count))
    return false;
  const Oop block = body[fields::kCompiledBlock];
  if (!block.is_object() || !block.as_object()->is_compiled_code()) return false;
  const MethodHeader header(block.as_object());
  const std::size_t filled = argument_count + (slot_count - fields::kFirstCopied);
  if (header.argument_count() != argument_count || filled > header.temp_count()) return false;
  *receiver = body[fields::kReceiver];
  push_frame(block, oop, receiver + 1, kFrameBlock);
  Oop* sp = sp_;
  for (std::size_t i = fields::kFirstCopied; i < slot_count; ++i) *++sp = body[i];
  for (std::size_t i = filled; i < header.temp_count(); ++i) *++sp = nil_;
  sp_ = sp;
  return true;
}

bool Interpreter::activate_closure(unsigned argument_count, bool may_switch) {
  if (!push_closure_frame(argument_count)) return false;
  if (sp_ > limit_.load(std::memory_order_relaxed) || frame_ >= frame_limit_)
    check_after_activation(may_switch);
  return true;
}

// --- messages about messages ---------------------------------------------------------------------

// Replaces the arguments on the stack by a Message with them.
void Interpreter::make_message(Oop lookup_class, Oop selector, unsigned argument_count) {
  Rooted<> cls(*mutator_, lookup_class);
  Rooted<> name(*mutator_, selector);
  Rooted<> arguments(*mutator_, mutator_->new_array(argument_count));
  for (unsigned i = 0; i < argument_count; ++i) arguments.store(i, top(argument_count - 1 - i));
  Object* message = mutator_->allocate(ClassIndex::kMessage, Format::kFixed, slots::message::kSize);
  heap_.store(message, slots::message::kSelector, name.oop());
  heap_.store(message, slots::message::kArguments, arguments.oop());
  heap_.store(message, slots::message::kLookupClass, cls.oop());
  sp_ -= argument_count;
  push(message->oop());
}

void Interpreter::do_not_understand(Oop lookup_class, Oop selector, unsigned argument_count) {
  const Found found = look_up(lookup_class, selector, nil_);
  Rooted<> broken(*mutator_, found.oop);
  Rooted<> name(*mutator_, selector);
  make_message(lookup_class, selector, argument_count);
  if (found.how == Found::How::no_dictionary) {
    const Oop start = broken->slot(slots::behavior::kSuperclass);
    const Oop handler = heap_.special(Special::kSelectorCannotInterpret);
    const Found method = look_up(start, handler, nil_);
    if (method.how == Found::How::method) return execute_method(method.oop, 1);
  }
  const Oop handler = heap_.special(Special::kSelectorDoesNotUnderstand);
  const CacheEntry* entry = find(handler, heap::to_index(heap_.class_index_of(top(1))));
  if (entry == nullptr) {
    fatal(fmt::format("{} understands neither {} nor doesNotUnderstand:",
                      class_name(heap_.class_of(top(1))), text_of(name.oop())));
  }
  execute(*entry, 1);
}

// A method dictionary may hold any object: it is asked to run instead.
void Interpreter::run_object_as_method(Oop selector, Oop object, unsigned argument_count) {
  Rooted<> name(*mutator_, selector);
  Rooted<> method(*mutator_, object);
  Rooted<> arguments(*mutator_, mutator_->new_array(argument_count));
  for (unsigned i = 0; i < argument_count; ++i) arguments.store(i, top(argument_count - 1 - i));
  const Oop receiver = top(argument_count);
  sp_ -= argument_count;
  top() = method.oop();
  push(name.oop());
  push(arguments.oop());
  push(receiver);
  send(heap_.special(Special::kSelectorRunWithIn), 3);
}

void Interpreter::send_attempt_to_assign(Oop target, Oop value, std::size_t slot) {
  push(target);
  push(value);
  push(Oop::small_int(static_cast<std::int64_t>(slot) + 1));
  send(heap_.special(Special::kSelectorAttemptToAssign), 2);
}

void Interpreter::send_unused_bytecode() {
  const Oop context = this_context();
  push(context);
  send(heap_.special(Special::kSelectorUnusedBytecode), 0);
}

// --- at: and at:put: -----------------------------------------------------------------------------

void Interpreter::note_at(AtCache& cache, Oop selector, Oop receiver, unsigned raw,
                          unsigned characters) {
  if (!receiver.is_object()) return;
  Object* object = receiver.as_object();
  const auto index = heap::to_index(object->class_index());
  const CacheEntry* entry = find(selector, index);
  if (entry == nullptr || entry->kind != Kind::primitive) return;
  const unsigned number = primitive_number(entry->method.as_object());
  if (number != raw && number != characters) return;
  const std::uint8_t format = object->format_bits();
  const std::size_t fixed = heap_.fixed_slot_count(object);
  Elements elements = Elements::none;
  if (format >= 2 && format <= 4 && number == raw && fixed < 256 &&
      object->class_index() != ClassIndex::kContext) {
    elements = Elements::pointers;
  } else if (object->has_bytes()) {
    elements = number == raw ? Elements::bytes : Elements::characters8;
  } else if (format == 10 || format == 11) {
    elements = number == raw ? Elements::words : Elements::characters32;
  }
  if (elements == Elements::none) return;
  cache.at(index) = {index, elements, static_cast<std::uint8_t>(fixed)};
}

void Interpreter::send_at() {
  const Oop selector = special_selectors_[16];
  note_at(at_cache_, selector, top(1), 60, 63);
  send(selector, 1);
}

void Interpreter::send_at_put() {
  const Oop selector = special_selectors_[17];
  note_at(at_put_cache_, selector, top(2), 61, 64);
  send(selector, 2);
}

}  // namespace banter::interpreter
