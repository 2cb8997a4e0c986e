#include "native/thunk.h"

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <unordered_set>

#include "base/check.h"
#include "carrier/carrier.h"
#include "native/call.h"
#include "native/refusals.h"
#include "native/signal_return.h"
#include "native/thunk_page.h"
#include "platform/code_section.h"

namespace banter::native {

namespace {

// A freed thunk waits until so many others were freed after it; only then is it used again.
constexpr std::size_t kQuarantine = 4 * kThunksInPage;

// One data page and the records behind it; the code page lies before both.
struct Page {
  std::byte* code;
  Slot* slots() const { return reinterpret_cast<Slot*>(code + kThunkPageSize); }
  ThunkRecord* records() const { return reinterpret_cast<ThunkRecord*>(code + 2 * kThunkPageSize); }
};

constexpr std::size_t kRecordsSize =
    (kThunksInPage * sizeof(ThunkRecord) + kThunkPageSize - 1) & ~(kThunkPageSize - 1);

void (*entry_for([[maybe_unused]] abi::AbiName abi))() {
#if defined(BANTER_HOST_SYSV_X64)
  if (abi == abi::AbiName::win_x64) return ms_abi::banter_ms_abi_thunk_entry;
#endif
  return thunkEntry;
}

Slot& slot_of(const ThunkRecord& record) {
  return *reinterpret_cast<Slot*>(static_cast<std::byte*>(record.thunk) + kThunkPageSize);
}

}  // namespace

const char* refusal_text(Refusal refusal) {
  switch (refusal) {
    case Refusal::freed:
      return "its thunk was freed";
    case Refusal::thread_in_vm:
      return "it came in a signal handler, on a thread that runs the VM";
    case Refusal::session_over:
      return "the VM behind it has ended";
    case Refusal::forked_child:
      return "it came in a child process made by fork()";
    case Refusal::no_stack:
      return "too little native stack was left";
    case Refusal::wrong_thread:
      return "it came on a thread that it was not made for";
    case Refusal::queue_full:
      return "too many calls of its kind wait to be run";
    case Refusal::used:
      return "it was to be called once";
    case Refusal::process_over:
      return "its process was terminated";
    case Refusal::is_handler:
      return "it came as a signal handler, which only a posted one can be";
  }
  return "";
}

struct ThunkAllocator::State {
  std::mutex mutex;
  std::optional<platform::CodeSection> section;
  std::vector<Page> pages;
  std::size_t used_of_last_page = kThunksInPage;
  ThunkRecord* oldest_freed = nullptr;  // the quarantine, first in, first out
  ThunkRecord* newest_freed = nullptr;
  std::size_t freed_count = 0;
  std::size_t live_count = 0;
  std::unordered_set<std::string> texts;  // signatures and creation sites, kept for ever
  std::vector<std::unique_ptr<ThunkOwner>> owners;

  const std::string* intern(std::string_view text) { return &*texts.emplace(text).first; }
  Result<ThunkRecord*> take_record();
  Result<void> add_page();
  ThunkRecord* take_fresh();
  ThunkRecord* take_oldest_freed();
};

// Never destroyed, as what it maps is never unmapped: C may call a thunk until the process ends.
ThunkAllocator::ThunkAllocator() {
  alignas(State) static std::byte storage[sizeof(State)];
  state_ = new (storage) State;
}

ThunkAllocator& ThunkAllocator::instance() {
  static ThunkAllocator allocator;
  return allocator;
}

ThunkOwner& ThunkAllocator::add_owner(carrier::Carrier* carrier, void* vm) {
  if (carrier != nullptr) learn_signal_returns();
  std::lock_guard lock(state_->mutex);
  state_->owners.push_back(std::make_unique<ThunkOwner>());
  ThunkOwner& owner = *state_->owners.back();
  owner.carrier = carrier;
  owner.vm = vm;
  return owner;
}

void ThunkAllocator::end_owner(ThunkOwner& owner) {
  owner.over.store(true);
}

Result<void> ThunkAllocator::State::add_page() {
  if (!section) {
    auto found = platform::CodeSection::find(banter_thunk_page, kThunkPageSize);
    if (!found.ok()) return found.error();
    section.emplace(std::move(found).value());
  }
  auto code = section->map_with_data(kThunkPageSize + kRecordsSize);
  if (!code.ok()) return code.error();
  pages.push_back({code.value()});
  used_of_last_page = 0;
  return {};
}

ThunkRecord* ThunkAllocator::State::take_fresh() {
  const Page& page = pages.back();
  const std::size_t index = used_of_last_page++;
  auto* record = new (&page.records()[index]) ThunkRecord{};
  record->thunk = page.code + index * kThunkSize;
  page.slots()[index] = {record, nullptr};
  return record;
}

ThunkRecord* ThunkAllocator::State::take_oldest_freed() {
  ThunkRecord* record = oldest_freed;
  oldest_freed = record->next;
  if (oldest_freed == nullptr) newest_freed = nullptr;
  freed_count--;
  return record;
}

Result<ThunkRecord*> ThunkAllocator::State::take_record() {
  if (used_of_last_page < kThunksInPage) return take_fresh();
  if (freed_count > kQuarantine) return take_oldest_freed();
  if (auto added = add_page(); !added.ok()) {
    if (freed_count > 0) return take_oldest_freed();
    return Error{"cannot make a callback: " + added.error().message};
  }
  return take_fresh();
}

namespace {

// Calls the release function of a record's former use at its end, once.
class Released {
 public:
  Released() = default;
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;
  ~Released() {
    if (release_ != nullptr) release_(user_);
  }
  void set(const ThunkRecord& record) {
    release_ = record.release;
    user_ = record.user;
  }

 private:
  void (*release_)(void* user) = nullptr;
  void* user_ = nullptr;
};

ThunkState state_for(ThreadPolicy policy) {
  return policy == ThreadPolicy::post ? ThunkState::posts : ThunkState::live;
}

SavedFloats saved_floats_for(const abi::CallPlan& plan) {
  if (plan.wide_floats) return SavedFloats::whole;
  const bool takes_floats =
      std::any_of(plan.argument_steps.begin(), plan.argument_steps.end(),
                  [](const abi::Step& step) { return step.place == abi::Place::float_register; });
  return takes_floats ? SavedFloats::low_halves : SavedFloats::none;
}

}  // namespace

ThunkRequest request_for(const abi::CallPlan& plan) {
  ThunkRequest request;
  request.abi = plan.abi;
  request.saved_floats = saved_floats_for(plan);
  request.callee_pops = plan.callee_pops.count;
  return request;
}

Result<ThunkRecord*> ThunkAllocator::allocate(const ThunkRequest& request) {
  BANTER_CHECK(request.owner != nullptr && request.handler != nullptr && runs_here(request.abi));
  Released released;  // outlives the lock: what it calls may come back here
  std::lock_guard lock(state_->mutex);
  auto taken = state_->take_record();
  if (!taken.ok()) return taken;
  ThunkRecord& record = *taken.value();
  released.set(record);
  slot_of(record).entry = entry_for(request.abi);
  record.policy = request.policy;
  record.saved_floats = request.saved_floats;
  record.callee_pops = request.callee_pops;
  record.default_code = request.default_code;
  record.generation++;
  record.handler = request.handler;
  record.owner = request.owner;
  record.user = request.user;
  std::copy_n(request.default_value, 2, record.default_value);
  record.reader = request.reader;
  record.default_result = request.default_result;
  record.release = request.release;
  record.signature = state_->intern(request.signature);
  record.creation_site = state_->intern(request.creation_site);
  record.freeing_site = state_->intern("");
  record.next = nullptr;
  record.state.store(state_for(request.policy), std::memory_order_release);
  state_->live_count++;
  return &record;
}

void ThunkAllocator::set_policy(ThunkRecord& record, ThreadPolicy policy) {
  std::lock_guard lock(state_->mutex);
  record.policy = policy;
  record.state.store(state_for(policy), std::memory_order_release);
}

void ThunkAllocator::stop(ThunkRecord& record, std::string_view freeing_site) {
  std::lock_guard lock(state_->mutex);
  const ThunkState state = record.state.load(std::memory_order_relaxed);
  BANTER_CHECK(state == ThunkState::live || state == ThunkState::posts,
               "the thunk of '{}' was freed twice", *record.signature);
  record.freeing_site = state_->intern(freeing_site);
  record.state.store(ThunkState::freed, std::memory_order_release);
  state_->live_count--;
}

void ThunkAllocator::recycle(ThunkRecord& record) {
  std::lock_guard lock(state_->mutex);
  record.next = nullptr;
  (state_->newest_freed == nullptr ? state_->oldest_freed : state_->newest_freed->next) = &record;
  state_->newest_freed = &record;
  state_->freed_count++;
}

ThunkRecord* ThunkAllocator::find(const void* thunk) {
  const auto address = reinterpret_cast<std::uintptr_t>(thunk);
  const std::uintptr_t offset = address & (kThunkPageSize - 1);
  std::lock_guard lock(state_->mutex);
  for (const Page& page : state_->pages) {
    if (reinterpret_cast<std::uintptr_t>(page.code) != address - offset) continue;
    return offset % kThunkSize == 0 ? page.slots()[offset / kThunkSize].record : nullptr;
  }
  return nullptr;
}

std::vector<Refused> ThunkAllocator::take_refused(ThunkOwner& owner, std::size_t* lost) {
  std::lock_guard lock(state_->mutex);
  std::vector<Refused> result;
  for (const RefusalNote& note : take_refusal_notes(owner, lost)) {
    const ThunkRecord& record = *note.record;
    const bool same = record.generation == note.generation;
    if (same) {
      result.push_back({note.reason, record.thunk, *record.signature, *record.creation_site,
                        *record.freeing_site, note.caller});
    } else {
      result.push_back({note.reason, record.thunk, "(used again since)", "", "", note.caller});
    }
  }
  return result;
}

ThunkAllocator::Counts ThunkAllocator::counts() const {
  std::lock_guard lock(state_->mutex);
  return {state_->pages.size(), state_->live_count, state_->freed_count};
}

Result<std::string> disassemble_thunk(const void* thunk) {
  const ThunkRecord* record = ThunkAllocator::instance().find(thunk);
  if (record == nullptr) return Error{fmt::format("no thunk has the address {}", thunk)};
  return thunk_text(static_cast<const unsigned char*>(thunk));
}

}  // namespace banter::native
