// callback.h -- Smalltalk blocks that C calls: one Record behind every thunk.
//
//   C ─▶ thunk ─▶ thunkEntry ─▶ run_callback ─┬─ fast path: marshals by the plan, runs the block
//                                             └─ sendInvokeCallbackContext: image code does it
//
// The Callback objects stand in a weak array of the image, at their record's index, and those that
// C may call in an Array besides. A Callback that is not kept so and that nobody refers to is
// collected, and its thunk is freed at one of the next collections.
//
// The fast path is for a Callback whose marshaller is the generated one. Image code says so when it
// makes the Callback, and is asked again (Callback >> usesGeneratedMarshaller) at the first call
// after any method has changed, or when the special object for the selector has.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "abi/classify.h"
#include "ffi/argument.h"
#include "ffi/by_value.h"
#include "ffi/objects.h"
#include "ffi/subject.h"
#include "heap/rooted.h"
#include "native/thunk.h"

namespace banter::heap {
class OopVisitor;
}

namespace banter::ffi {

class Session;

// How the fast path makes the object for one argument.
struct ArgumentMaker {
  enum class Kind : std::uint8_t { integer, alien, other };
  Kind kind;
  bool is_signed;
  bool single;       // one piece: `step` is all
  bool in_register;  // and that is integer register step.index
  unsigned unused;   // of 64 bits, those above the value
  abi::Step step;
};

struct CallbackRecord {
  Session* session = nullptr;
  std::size_t index = 0;
  bool in_use = false;
  bool wants_fast_path = true;      // false: a test asks for the image-level path
  bool may_take_fast_path = false;  // the marshaller is the generated one, and the above
  bool has_options = false;         // permeable or once
  bool permeable = false;           // see CallbackScope::set_permeable
  bool once = false;                // freed when it has run
  bool used = false;                // ... and it has begun to
  bool kept = false;                // until it is freed
  bool ends_with_use = false;       // once, or freed meanwhile: Callbacks::end_use is for it
  unsigned running = 0;             // calls in progress: while there are any the record stays
  std::uint64_t validated_epoch =
      0;  // Interpreter::method_epoch when `may_take_fast_path` was asked
  abi::Signature signature;
  const std::string* text = nullptr;  // the signature as C writes it; stays for the session
  abi::CallPlan plan;
  std::vector<ArgumentMaker> makers;  // one for each argument; none with by_value
  const ByValue* by_value = nullptr;  // for signatures with aggregates, else null
  SmallIntegers results{1, 0};        // those that go back to C as they are
  native::ThunkRecord* thunk = nullptr;
  const Subject* subject = nullptr;  // for those who watch crossings
};

class Callbacks {
 public:
  explicit Callbacks(Session& session) : session_(session) {}
  ~Callbacks();

  // A record and a thunk for the Callback object. `default_value` goes back to C when the block
  // cannot run or fails. Fails when the signature is of no use to a callback, the default does not
  // fit its result, or there is no thunk page. May collect.
  Result<CallbackRecord*> create(Mutator& mutator, const heap::Rooted<>& callback,
                                 abi::Signature signature, Oop default_value,
                                 std::string creation_site, Oop weak_array_class);
  // C gets the default from now on. Does nothing when it has been freed. Calls that are in progress
  // end as if nothing had happened.
  void free(std::size_t index, std::string_view freeing_site);
  // C may hold the record's thunk: the Callback stays until it is freed. Or no longer so. May
  // collect.
  void keep(Mutator& mutator, std::size_t index, bool keep);
  // Before C knows the thunk. Fails when the arguments of such callbacks cannot be copied.
  Result<void> set_options(std::size_t index, bool permeable, bool once,
                           native::ThreadPolicy policy);
  // All Callbacks that have not been freed. May collect.
  void add_live_to(heap::RootedVector& callbacks) const;

  // The end of a call whose record `ends_with_use`; it no longer counts among those running.
  void end_use(CallbackRecord& record);
  // The record in use at `index`, or null.
  CallbackRecord* at(std::size_t index) const;
  // The Callback object, or nil when it has been collected. Never collects.
  Oop object_at(std::size_t index) const { return table_.as_object()->slot(index); }
  // Frees those whose Callback has been collected.
  void sweep();

  // Whether the special object for #invokeCallbackContext: is what it was at note_selector().
  bool selector_is_known(const Heap& heap) const {
    return heap.special(heap::Special::kSelectorInvokeCallback) == selector_;
  }
  void note_selector();

  void visit_roots(heap::OopVisitor& visitor);
  std::size_t live_count() const { return live_; }

  // Prints what native/ refused since the last call: freed thunks that C called, and their like.
  void report_refused();
  // The last reports, oldest first, and forgets them.
  std::vector<std::string> take_reports();
  void report(std::string text);

  // Sends the bytes that `value` stands for back to C, where a callback of `record` answers an
  // aggregate. False when they are too few. Never collects.
  bool store_aggregate(const CallbackRecord& record, Oop value,
                       native::VMCallbackContext& context) const;

  native::ThunkOwner* owner = nullptr;
  bool fast_path_enabled = true;

 private:
  Result<void> make_room(Mutator& mutator, std::size_t index, Oop weak_array_class);
  void recycle(CallbackRecord& record);

  Session& session_;
  Oop table_{};     // the weak array; no oop before the first callback
  Oop kept_{};      // an Array, likewise
  Oop selector_{};  // see note_selector
  std::vector<std::unique_ptr<CallbackRecord>> records_;
  std::vector<std::size_t> free_;
  std::set<std::string> texts_;  // of signatures: foreign threads may read one late
  std::vector<std::string> reports_;
  std::size_t live_ = 0;
};

// The handler of every thunk that create() makes.
void run_callback(native::VMCallbackContext* context);

}  // namespace banter::ffi
