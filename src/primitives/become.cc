// become.cc -- exchanging and forwarding identities: primitives 72, 128, 248 and 249.
#include "interpreter/interpreter.h"
#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr bool kTwoWay = true;
constexpr bool kOneWay = false;
constexpr bool kCopyHash = true;

Failure failure_of(heap::BecomeError error) {
  switch (error) {
    case heap::BecomeError::kPinned:
      return Failure::pinned;
    case heap::BecomeError::kNoModification:
      return Failure::no_modification;
    default:
      return Failure::inappropriate;
  }
}

// nil, true and false are known by their addresses; Contexts with a frame belong to it.
bool may_become(const Heap& heap, const Object& array) {
  for (std::size_t i = 0; i < array.slot_count(); ++i) {
    const Oop element = array.slot(i);
    if (is_of(element, ClassIndex::kContext)) return false;
    if (element == heap.nil() || boolean_value(heap, element)) return false;
  }
  return true;
}

Outcome become(Mutator& mutator, const Args& args, bool two_way, bool copy_hash) {
  if (!is_array(args.receiver())) return Failure::bad_receiver;
  if (!is_array(args.at(0))) return Failure::bad_argument;
  Object& left = *args.receiver().as_object();
  Object& right = *args.at(0).as_object();
  if (left.slot_count() != right.slot_count()) return Failure::bad_argument;
  if (!may_become(mutator.heap(), left)) return Failure::inappropriate;
  if (two_way && !may_become(mutator.heap(), right)) return Failure::inappropriate;
  const heap::BecomeError error = mutator.heap().become(&left, &right, two_way, copy_hash);
  if (error != heap::BecomeError::kNone) return failure_of(error);
  args.vm.flush_caches();
  return args.receiver();
}

// Array>>elementsForwardIdentityTo: -- references to each element become references to the same
// element of the argument, which takes over the identity hash; the receiver.
// Fails: bad_receiver, bad_argument, inappropriate, pinned, no_modification.  May collect: no.
Outcome forward(Mutator& mutator, const Args& args) {
  return become(mutator, args, kOneWay, kCopyHash);
}

// Array>>elementsForwardIdentityNoCopyHashTo: -- the same without the hash.
// Fails: as above.  May collect: no.
Outcome forward_without_hash(Mutator& mutator, const Args& args) {
  return become(mutator, args, kOneWay, !kCopyHash);
}

// Array>>elementsForwardIdentityTo:copyHash: -- one of the two above.
// Fails: as above.  May collect: no.
Outcome forward_with_flag(Mutator& mutator, const Args& args) {
  const auto copy_hash = boolean_value(mutator.heap(), args.at(1));
  if (!copy_hash) return Failure::bad_argument;
  return become(mutator, args, kOneWay, *copy_hash);
}

// Array>>elementsExchangeIdentityWith: -- each element and the same element of the argument change
// places; identity hashes stay with the identities. The receiver.
// Fails: as above.  May collect: no.
Outcome exchange(Mutator& mutator, const Args& args) {
  return become(mutator, args, kTwoWay, !kCopyHash);
}

constexpr Entry kTable[] = {
    {72, "Array.forward_identity", 1, forward},
    {128, "Array.exchange_identity", 1, exchange},
    {248, "Array.forward_identity_without_hash", 1, forward_without_hash},
    {249, "Array.forward_identity_with_flag", 2, forward_with_flag},
};

}  // namespace

NumberedTable become_table() {
  return kTable;
}

}  // namespace banter::primitives
