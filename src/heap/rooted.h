// rooted.h -- handles: C++ variables that collections know and update.
//
//   Rooted<Array> copy(mutator, mutator.new_array(n));
//   Oop string = mutator.new_string("x");     // may move what `copy` refers to
//   mutator.heap().store(copy.get(), 0, string);
//
// Handles live on the native stack, in strict nesting: the last made is the first to go. They
// belong to the mutator of that stack.
#pragma once

#include <cstddef>
#include <vector>

#include "heap/mutator.h"

namespace banter::heap {

class RootedBase {
 public:
  RootedBase(const RootedBase&) = delete;
  RootedBase& operator=(const RootedBase&) = delete;

  Oop oop() const { return oop_; }
  bool is_nil() const { return oop_ == mutator_.nil(); }

 protected:
  RootedBase(Mutator& mutator, Oop oop) : mutator_(mutator), next_(mutator.handles_), oop_(oop) {
    mutator.handles_ = this;
  }
  ~RootedBase() {
    BANTER_ASSERT(mutator_.handles_ == this, "handles end in the order they were made");
    mutator_.handles_ = next_;
  }

  Mutator& mutator_;

 private:
  friend class Heap;
  RootedBase* next_;

 protected:
  Oop oop_;
};

// One oop. T is the view of the object that `->` gives: it must not be used on an immediate.
template <class T = Object>
class Rooted : public RootedBase {
 public:
  explicit Rooted(Mutator& mutator) : RootedBase(mutator, mutator.nil()) {}
  Rooted(Mutator& mutator, Oop oop) : RootedBase(mutator, oop) {}
  Rooted(Mutator& mutator, const Object* object) : RootedBase(mutator, Oop::object(object)) {}

  Rooted& operator=(Oop oop) {
    oop_ = oop;
    return *this;
  }
  Rooted& operator=(const Object* object) { return *this = Oop::object(object); }

  T* get() const {
    BANTER_ASSERT(oop_.is_object());
    return static_cast<T*>(oop_.as_object());
  }
  T* operator->() const { return get(); }
  T& operator*() const { return *get(); }
  // Store with the write barrier.
  void store(std::size_t i, Oop value) { mutator_.heap().store(get(), i, value); }
};

// A growing sequence of oops.
class RootedVector {
 public:
  explicit RootedVector(Mutator& mutator) : mutator_(mutator), next_(mutator.vectors_) {
    mutator.vectors_ = this;
  }
  ~RootedVector() {
    BANTER_ASSERT(mutator_.vectors_ == this, "handles end in the order they were made");
    mutator_.vectors_ = next_;
  }
  RootedVector(const RootedVector&) = delete;
  RootedVector& operator=(const RootedVector&) = delete;

  std::size_t size() const { return oops_.size(); }
  bool empty() const { return oops_.empty(); }
  Oop operator[](std::size_t i) const { return oops_[i]; }
  Oop back() const { return oops_.back(); }
  void set(std::size_t i, Oop oop) { oops_[i] = oop; }
  void push_back(Oop oop) { oops_.push_back(oop); }
  void pop_back() { oops_.pop_back(); }
  void clear() { oops_.clear(); }
  void resize(std::size_t size) { oops_.resize(size, mutator_.nil()); }
  const Oop* data() const { return oops_.data(); }
  // A Smalltalk Array of the elements. May collect.
  Object* to_array() const;

 private:
  friend class Heap;
  Mutator& mutator_;
  RootedVector* next_;
  std::vector<Oop> oops_;
};

}  // namespace banter::heap
