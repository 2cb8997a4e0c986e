#include "ffi/session.h"

#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <string_view>

#include "native/host.h"

namespace banter::ffi {
namespace {

// Different in each run, so that a handle of a saved image is found out.
std::uint64_t new_session_number() {
  std::random_device source;
  return (source() & 0x3FFFFFFF) | 1;
}

// Nobody reads the notes of a child made by fork(), so its first refused callback is told at once.
// Async-signal-safe.
void tell_in_child(const native::ThunkRecord& record) {
  static constinit std::atomic<bool> told{false};
  if (told.exchange(true)) return;
  for (const std::string_view part :
       {std::string_view("banter: in a child process made by fork() C called "),
        std::string_view(*record.signature), std::string_view(", created at "),
        std::string_view(*record.creation_site),
        std::string_view(": it got the default, as all callbacks do there\n")}) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, part.data(), part.size());
  }
}

}  // namespace

Session::Session(Interpreter& vm)
    : vm_(vm),
      abi_(native::kHostAbi),
      number_(new_session_number()),
      callbacks_(*this),
      arrivals_(vm) {
  callbacks_.owner = &native::ThunkAllocator::instance().add_owner(&vm.carrier(), this);
  callbacks_.owner->post = [](native::ThunkOwner& owner, native::VMCallbackContext& context) {
    static_cast<Session*>(owner.vm)->arrivals().post(context);
  };
  callbacks_.owner->delegate = [](native::ThunkOwner& owner, native::VMCallbackContext& context) {
    static_cast<Session*>(owner.vm)->arrivals().delegate(context);
  };
  callbacks_.owner->refused = [](native::ThunkOwner&, const native::VMCallbackContext& context,
                                 native::Refusal reason) {
    if (reason == native::Refusal::forked_child) tell_in_child(*context.record);
  };
  vm.heap().add_root_provider(this);
  vm.set_quit_hook([this] { end(); });
}

void Session::end() {
  native::ThunkAllocator::instance().end_owner(*callbacks_.owner);
  arrivals_.end();
}

Session::~Session() {
  callbacks_.report_refused();
  end();
  vm_.heap().remove_root_provider(this);
}

Result<platform::DynamicLibrary*> Session::library(const std::string& name) {
  auto& entry = libraries_[name];
  if (entry) return entry.get();
  if (name.empty()) {
    entry = std::make_unique<platform::DynamicLibrary>(platform::DynamicLibrary::program());
    return entry.get();
  }
  auto opened = platform::DynamicLibrary::open(name);
  if (!opened.ok()) {
    libraries_.erase(name);
    return opened.error();
  }
  entry = std::make_unique<platform::DynamicLibrary>(std::move(opened).value());
  return entry.get();
}

Result<void*> Session::symbol(const std::string& library_name, const std::string& name,
                              bool* missing_library) {
  auto found = library(library_name);
  *missing_library = !found.ok();
  if (!found.ok()) return found.error();
  return found.value()->symbol(name);
}

Result<std::string> Session::open_library(const std::string& name) {
  auto found = library(name);
  if (!found.ok()) return found.error();
  return found.value()->name();
}

std::optional<std::int64_t> Session::handle_for(const std::string& key) const {
  const auto found = function_indices_.find(key);
  if (found == function_indices_.end()) return std::nullopt;
  return handle_of(found->second);
}

std::int64_t Session::add_function(std::string key, std::unique_ptr<Function> function) {
  BANTER_CHECK(functions_.size() < kIndexMask, "{} functions", functions_.size());
  function_indices_.emplace(std::move(key), functions_.size());
  functions_.push_back(std::move(function));
  return handle_of(functions_.size() - 1);
}

void Session::visit_roots(heap::OopVisitor& visitor) {
  callbacks_.visit_roots(visitor);
}

void Session::after_collection() {
  callbacks_.sweep();
}

}  // namespace banter::ffi
