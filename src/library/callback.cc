// callback.cc -- handlers behind thunks, without a virtual machine.
//
// A banter_callback lives until its thunk is used again, long after it was freed: a late call finds
// its default result and its texts. Calls that are running while it is freed go on as they were.
#include <atomic>
#include <cstdio>
#include <cstring>

#include "library/error.h"
#include "library/objects.h"
#include "native/thunk.h"
#include "native/variadic.h"

using banter::library::Prototype;
using banter::native::ThunkAllocator;
using banter::native::ThunkOwner;
using banter::native::ThunkRecord;
using banter::native::VMCallbackContext;

struct banter_callback {
  std::shared_ptr<const Prototype> prototype;
  banter_handler handler;
  void* user;
  void (*release)(void* user);
  std::unique_ptr<std::byte[]> default_result;
  ThunkRecord* record = nullptr;
};

namespace banter::library {
namespace {

constexpr std::size_t kInlinePointers = 16;
constexpr std::size_t kInlineRoom = 256;
constexpr std::size_t kInlineResult = 64;

std::atomic<banter_late_call_handler> late_call_handler{nullptr};
std::atomic<void*> late_call_user{nullptr};

// One call that has come in.
void run(VMCallbackContext* context) {
  const auto& callback = *static_cast<const banter_callback*>(context->record->user);
  const native::CallbackReader& reader = callback.prototype->reader;
  const std::size_t result_size = callback.prototype->plan.result.type.size.count;
  alignas(16) std::byte inline_room[kInlineRoom];
  alignas(16) std::byte inline_result[kInlineResult];
  void* inline_pointers[kInlinePointers];
  std::unique_ptr<std::byte[]> more;
  std::unique_ptr<void*[]> more_pointers;
  std::byte* room = inline_room;
  std::byte* own = inline_result;
  void** pointers = inline_pointers;
  if (reader.room_needed() > kInlineRoom || result_size > kInlineResult) [[unlikely]] {
    more = std::make_unique<std::byte[]>(reader.room_needed() + result_size);
    room = more.get();
    own = room + reader.room_needed();
  }
  if (reader.argument_count() >= kInlinePointers) [[unlikely]] {
    more_pointers = std::make_unique<void*[]>(reader.argument_count() + 1);
    pointers = more_pointers.get();
  }
  reader.arguments(*context, room, pointers);
  void* result = reader.result_room(*context, own);
  if (callback.prototype->plan.variadic) {
    native::VariadicArguments rest(*context, callback.prototype->plan);
    pointers[reader.argument_count()] = rest.list();
    callback.handler(result, pointers, callback.user);
  } else {
    callback.handler(result, pointers, callback.user);
  }
  reader.set_result(*context, result);
}

// A call of a freed callback. Allocates nothing: it may be in a signal handler.
void report_late_call(ThunkOwner&, const VMCallbackContext& context, native::Refusal) {
  const ThunkRecord& record = *context.record;
  const banter_late_call call{record.signature->c_str(), record.creation_site->c_str(),
                              record.freeing_site->c_str(), native::return_address(context)};
  if (auto handler = late_call_handler.load()) return handler(&call, late_call_user.load());
  std::fprintf(stderr,
               "banter: %p called %s, made at %s, which was freed%s%s: it got the default\n",
               call.caller, call.signature, *call.made_at ? call.made_at : "an unknown place",
               *call.freed_at ? " at " : "", call.freed_at);
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
  native::ThunkRequest request;
  request.handler = run;
  request.owner = &owner();
  request.user = &callback;
  request.wide_floats = callback.prototype->plan.wide_floats || callback.prototype->plan.variadic;
  request.callee_pops = callback.prototype->plan.callee_pops.count;
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

}  // namespace
}  // namespace banter::library

extern "C" {

banter_callback* banter_callback_new(const banter_signature* signature, banter_handler handler,
                                     void* user, const banter_callback_options* options,
                                     banter_error* error) {
  static const banter_callback_options kNone{};
  if (options == nullptr) options = &kNone;
  return banter::library::guarded(error, [&]() -> banter_callback* {
    auto callback = std::make_unique<banter_callback>();
    callback->prototype = signature->prototype;
    callback->handler = handler;
    callback->user = user;
    callback->release = options->release;
    callback->default_result = banter::library::copy_of(
        options->default_result, signature->prototype->signature.result.size.count);
    auto taken = banter::library::take_thunk(*callback, options->made_at);
    if (!taken.ok()) {
      banter::library::say(error, taken.error().message);
      return nullptr;
    }
    return callback.release();
  });
}

banter_function banter_callback_function(const banter_callback* callback) {
  return reinterpret_cast<banter_function>(callback->record->thunk);
}

void banter_callback_free(banter_callback* callback, const char* freed_at) {
  if (callback == nullptr) return;
  ThunkAllocator::instance().free(*callback->record, freed_at == nullptr ? "" : freed_at);
}

void banter_on_late_call(banter_late_call_handler handler, void* user) {
  banter::library::late_call_user.store(user);
  banter::library::late_call_handler.store(handler);
}

}  // extern "C"
