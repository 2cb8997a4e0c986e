// callback.cc -- handlers behind thunks, without a virtual machine.
//
// A banter_callback lives until its thunk is used again, long after it was freed: a late call finds
// its default result and its texts. Calls that are running while it is freed go on as they were.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "library/error.h"
#include "library/exceptions.h"
#include "library/objects.h"
#include "native/marshal.h"
#include "native/thunk.h"
#include "native/variadic.h"

using banter::library::Prototype;
using banter::native::ThunkAllocator;
using banter::native::ThunkOwner;
using banter::native::ThunkRecord;
using banter::native::VMCallbackContext;

struct banter_callback {
  std::shared_ptr<const Prototype> prototype;
  banter_handler handler = nullptr;  // one of the two
  banter_raw_handler raw_handler = nullptr;
  void* user = nullptr;
  void (*release)(void* user) = nullptr;
  std::unique_ptr<std::byte[]> default_result;
  ThunkRecord* record = nullptr;
};

namespace banter::library {
namespace {

constexpr std::size_t kInlinePointers = 16;
constexpr std::size_t kInlineRoom = 256;
constexpr std::size_t kInlineResult = 64;

// Who is told of late calls. Never freed: a late call may be using it.
struct Listener {
  banter_late_call_handler handler;
  void* user;
  const Listener* former;
};
std::atomic<const Listener*> listener{nullptr};

const char* place_text(const std::string& place) {
  return place.empty() ? "an unknown place" : place.c_str();
}

// Calls the handler, out of which no exception comes.
template <class Call>
void handle(const ThunkRecord& record, Call call) {
  contain_exceptions(call, [&] {
    return fmt::format("the handler of {}, made at {},", *record.signature,
                       place_text(*record.creation_site));
  });
}

// True for signatures whose calls fit run_inline.
bool is_small(const Prototype& prototype) {
  return !prototype.plan.variadic && prototype.reader.room_needed() <= kInlineRoom &&
         prototype.plan.result.type.size.count <= kInlineResult &&
         prototype.reader.argument_count() <= kInlinePointers;
}

// One call that has come in: nothing is allocated.
void run_inline(VMCallbackContext* context) {
  const auto& callback = *static_cast<const banter_callback*>(context->record->user);
  const native::CallbackReader& reader = callback.prototype->reader;
  alignas(16) std::byte room[kInlineRoom];
  alignas(16) std::byte own[kInlineResult];
  void* pointers[kInlinePointers];
  reader.arguments(*context, room, pointers);
  void* result = reader.result_room(*context, own);
  handle(*context->record, [&] { callback.handler(result, pointers, callback.user); });
  reader.set_result(*context, result);
}

// One call that has come in, of any size.
void run(VMCallbackContext* context) {
  const auto& callback = *static_cast<const banter_callback*>(context->record->user);
  const native::CallbackReader& reader = callback.prototype->reader;
  const std::size_t result_size = callback.prototype->plan.result.type.size.count;
  const std::size_t count = reader.argument_count();
  const auto bytes = std::make_unique<std::byte[]>(reader.room_needed() + result_size);
  const auto pointers = std::make_unique<void*[]>(count + 1);
  reader.arguments(*context, bytes.get(), pointers.get());
  void* result = reader.result_room(*context, bytes.get() + reader.room_needed());
  const auto call = [&] {
    handle(*context->record, [&] { callback.handler(result, pointers.get(), callback.user); });
  };
  if (callback.prototype->plan.variadic) {
    native::VariadicArguments rest(*context, callback.prototype->plan);
    pointers[count] = rest.list();
    call();
  } else {
    call();
  }
  reader.set_result(*context, result);
}

// The public names of what VMCallbackContext has.
using PublicResults = decltype(banter_registers::result_registers);
static_assert(sizeof(banter_registers::result) == sizeof(VMCallbackContext::rvs));
static_assert(offsetof(PublicResults, floats) == offsetof(native::ResultRegisters, floats));
static_assert(offsetof(PublicResults, float_uppers) ==
              offsetof(native::ResultRegisters, float_uppers));
static_assert(offsetof(PublicResults, x87) == offsetof(native::ResultRegisters, x87));
static_assert(offsetof(PublicResults, x87_count) == sizeof(native::ResultRegisters));
static_assert(BANTER_RETURN_FLOAT == static_cast<int>(native::ReturnCode::single_float));
static_assert(BANTER_RETURN_REGISTERS == static_cast<int>(native::ReturnCode::plan));

template <class Frame>
constexpr bool has_float_uppers() {
  return requires(Frame & frame) {
    frame.float_uppers;
  };
}

// One call that has come in, for a handler that marshals itself.
void run_raw(VMCallbackContext* context) {
  const auto& callback = *static_cast<const banter_callback*>(context->record->user);
  banter_registers registers{};
  registers.function = reinterpret_cast<banter_function>(context->thunkp);
  registers.caller = native::return_address(*context);
  registers.stack = context->stackp;
  registers.integers = reinterpret_cast<const std::uintptr_t*>(context->intregargsp);
  registers.floats = context->floatregargsp;
  const bool is_hosts = callback.prototype->plan.abi == native::kHostAbi;
  if (has_float_uppers<native::CallFrame>() && is_hosts) {
    registers.float_uppers =
        reinterpret_cast<const double*>(native::saved_float_upper(*context, 0));
  }
  registers.struct_result = context->struct_result;
  handle(*context->record, [&] {
    context->return_code =
        static_cast<native::ReturnCode>(callback.raw_handler(&registers, callback.user));
  });
  std::memcpy(&context->rvs, &registers.result, sizeof context->rvs);
  if (context->return_code != native::ReturnCode::plan) return;
  std::memcpy(&context->results, &registers.result_registers, sizeof context->results);
  context->x87_results =
      static_cast<std::uint8_t>(std::clamp(registers.result_registers.x87_count, 0, 2));
}

// A call of a freed callback. Allocates nothing: it may be in a signal handler.
void report_late_call(ThunkOwner&, const VMCallbackContext& context, native::Refusal) {
  const ThunkRecord& record = *context.record;
  const banter_late_call call{record.signature->c_str(), record.creation_site->c_str(),
                              record.freeing_site->c_str(), native::return_address(context)};
  const Listener* told = listener.load(std::memory_order_acquire);
  if (told != nullptr && told->handler != nullptr) return told->handler(&call, told->user);
  std::fprintf(stderr, "banter: %p called %s, made at %s, freed at %s: it got the default\n",
               call.caller, call.signature, place_text(*record.creation_site),
               place_text(*record.freeing_site));
}

ThunkOwner& owner() {
  static ThunkOwner& owner = [&]() -> ThunkOwner& {
    ThunkOwner& made = ThunkAllocator::instance().add_owner(nullptr, nullptr);
    made.refused = report_late_call;
    made.notes_refusals = false;
    return made;
  }();
  return owner;
}

void end(void* callback) {
  const std::unique_ptr<banter_callback> it(static_cast<banter_callback*>(callback));
  if (it->release != nullptr) it->release(it->user);
}

std::unique_ptr<std::byte[]> copy_of(const void* value, std::size_t size) {
  auto copy = std::make_unique<std::byte[]>(size);
  if (value != nullptr) std::memcpy(copy.get(), value, size);
  return copy;
}

Result<void> take_thunk(banter_callback& callback, const char* made_at) {
  const abi::CallPlan& plan = callback.prototype->plan;
  native::ThunkRequest request = native::request_for(plan);
  const bool raw = callback.raw_handler != nullptr;
  request.handler = raw ? run_raw : is_small(*callback.prototype) ? run_inline : run;
  request.owner = &owner();
  request.user = &callback;
  if (raw || plan.variadic) request.saved_floats = native::SavedFloats::whole;
  request.reader = &callback.prototype->reader;
  request.default_result = callback.default_result.get();
  request.release = end;
  const std::string text = abi::to_text(callback.prototype->signature);
  request.signature = text;
  request.creation_site = made_at == nullptr ? "" : made_at;
  auto record = ThunkAllocator::instance().allocate(request);
  if (!record.ok()) return record.error();
  callback.record = record.value();
  return {};
}

// `handlers` has the handler and its user; the rest is the same for both sorts.
banter_callback* make(banter_callback handlers, const banter_signature* signature,
                      const banter_callback_options* options, banter_error* error) {
  static const banter_callback_options kNone{};
  if (options == nullptr) options = &kNone;
  return guarded(error, [&]() -> banter_callback* {
    const bool has_handler = handlers.handler != nullptr || handlers.raw_handler != nullptr;
    if (signature == nullptr || !has_handler) {
      say(error, fmt::format("a callback needs a {}", has_handler ? "signature" : "handler"));
      return nullptr;
    }
    const abi::CallPlan& plan = signature->prototype->plan;
    if (plan.variadic && plan.abi != native::kHostAbi && handlers.handler != nullptr) {
      say(error, fmt::format("a va_list of {} cannot be made here", abi::name_of(plan.abi)));
      return nullptr;
    }
    auto callback = std::make_unique<banter_callback>(std::move(handlers));
    callback->prototype = signature->prototype;
    callback->release = options->release;
    callback->default_result =
        copy_of(options->default_result, signature->prototype->signature.result.size.count);
    auto taken = take_thunk(*callback, options->made_at);
    if (!taken.ok()) {
      say(error, taken.error().message);
      return nullptr;
    }
    return callback.release();
  });
}

}  // namespace
}  // namespace banter::library

extern "C" {

banter_callback* banter_callback_new(const banter_signature* signature, banter_handler handler,
                                     void* user, const banter_callback_options* options,
                                     banter_error* error) {
  banter_callback handlers;
  handlers.handler = handler;
  handlers.user = user;
  return banter::library::make(std::move(handlers), signature, options, error);
}

banter_callback* banter_callback_new_raw(const banter_signature* signature,
                                         banter_raw_handler handler, void* user,
                                         const banter_callback_options* options,
                                         banter_error* error) {
  banter_callback handlers;
  handlers.raw_handler = handler;
  handlers.user = user;
  return banter::library::make(std::move(handlers), signature, options, error);
}

banter_function banter_callback_function(const banter_callback* callback) {
  return reinterpret_cast<banter_function>(callback->record->thunk);
}

void banter_callback_free(banter_callback* callback, const char* freed_at) {
  if (callback == nullptr) return;
  ThunkAllocator::instance().free(*callback->record, freed_at == nullptr ? "" : freed_at);
}

void banter_on_late_call(banter_late_call_handler handler, void* user) {
  using banter::library::Listener;
  auto* told = new (std::nothrow) Listener{handler, user, banter::library::listener.load()};
  BANTER_CHECK(told != nullptr, "no memory for a late-call handler");
  while (!banter::library::listener.compare_exchange_weak(told->former, told)) {
  }
}

}  // extern "C"
