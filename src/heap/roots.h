// roots.h -- how everything outside the heap that holds oops takes part in collections.
#pragma once

#include "heap/oop.h"

namespace banter::heap {

class Heap;

// Given to RootProviders: updates the oops shown to it. A word of 0 bits counts as no oop.
class OopVisitor {
 public:
  virtual ~OopVisitor() = default;
  // Every oop in [begin, end).
  virtual void visit_range(Oop* begin, Oop* end) = 0;
  void visit(Oop* slot) { visit_range(slot, slot + 1); }
};

// Somebody who keeps oops outside the heap: an interpreter's stacks, a table of callbacks.
// before_collection, visit_roots and after_collection are called in this order around everything
// that moves objects or rewrites references: scavenges, full collections, become. None of the
// functions here may allocate in the heap.
class RootProvider {
 public:
  virtual ~RootProvider() = default;

  // Objects are still where they were: turn raw pointers into them into offsets.
  virtual void before_collection() {}
  // Show every oop. Called at least once in each collection, and possibly again.
  virtual void visit_roots(OopVisitor& visitor) = 0;
  // Objects have moved and references have changed: turn offsets back into pointers, flush
  // whatever is keyed by addresses. After a full collection class indices may have died too.
  virtual void after_collection() {}

  // The marking of a full collection alone. A provider whose records belong to objects (a stack
  // to a Process) and should die with them shows only its other oops in visit_strong_roots, and
  // those of records whose owner is live (Heap::is_live) in visit_newly_live: that is called until
  // every provider answers false, "I showed nothing new". In after_marking it drops the records
  // whose owner is not live; visit_roots is called later, for what is left.
  virtual void visit_strong_roots(OopVisitor& visitor) { visit_roots(visitor); }
  virtual bool visit_newly_live(OopVisitor&, const Heap&) { return false; }
  virtual void after_marking(const Heap&) {}
};

}  // namespace banter::heap
