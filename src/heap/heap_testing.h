// heap_testing.h -- what the tests of this layer share: a heap with a few classes.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "heap/layouts.h"
#include "heap/rooted.h"

namespace banter::heap {

// Roots in a plain vector.
struct VectorRoots final : RootProvider {
  void before_collection() override { ++before; }
  void visit_roots(OopVisitor& visitor) override {
    visitor.visit_range(oops.data(), oops.data() + oops.size());
  }
  void after_collection() override { ++after; }
  std::vector<Oop> oops;
  int before = 0, after = 0;
};

class HeapTest : public testing::Test {
 protected:
  explicit HeapTest(HeapOptions options = small_options()) { make(options); }
  ~HeapTest() override {
    if (heap_ == nullptr) return;
    EXPECT_EQ(heap_->verify(), "");
    mutator_.reset();
    heap_->remove_root_provider(&roots_);
  }

  static HeapOptions small_options() {
    HeapOptions options;
    options.eden_bytes = 256u << 10;
    options.reserve_bytes = std::size_t{4} << 30;
    options.verify_after_collection = true;
    return options;
  }

  void make(const HeapOptions& options) {
    auto heap = Heap::create(options);
    ASSERT_TRUE(heap.ok()) << heap.error().message;
    heap_ = std::move(heap).value();
    mutator_ = std::make_unique<Mutator>(*heap_);
    heap_->add_root_provider(&roots_);
    heap_->set_special_objects(mutator_->new_array(kSpecialObjectCount)->oop());
    // The reserved classes that the tests' objects have.
    const ClassIndex known[] = {
        ClassIndex::kSmallInteger, ClassIndex::kCharacter,  ClassIndex::kSmallFloat64,
        ClassIndex::kArray,        ClassIndex::kByteString, ClassIndex::kByteArray,
        ClassIndex::kAssociation,  ClassIndex::kPoint,      ClassIndex::kUndefinedObject,
        ClassIndex::kFalse,        ClassIndex::kTrue,       ClassIndex::kCompiledMethod};
    make_class(Format::kFixed, 3);
    for (const ClassIndex index : known) {
      const Oop cls = make_class(format_of(index), 0);
      heap_->set_class_at(index, cls);
    }
  }

  static Format format_of(ClassIndex index) {
    if (index == ClassIndex::kArray) return Format::kIndexable;
    if (index == ClassIndex::kCompiledMethod) return Format::kCompiledMethod;
    if (index == ClassIndex::kByteString || index == ClassIndex::kByteArray) return Format::kBytes;
    return Format::kFixed;
  }

  // A class that describes `format` and `fixed` instance variables; known to the class table.
  Oop make_class(Format format, std::size_t fixed) {
    // The first class made is the class of the others.
    const ClassIndex meta =
        roots_.oops.empty() ? ClassIndex::kUndefinedObject : mutator_->enter_class(roots_.oops[0]);
    Object* cls = mutator_->allocate(meta, Format::kFixed, 3);
    cls->init_slot(slots::behavior::kFormat,
                   Oop::small_int(static_cast<std::int64_t>(to_bits(format)) << 16 |
                                  static_cast<std::int64_t>(fixed)));
    roots_.oops.push_back(cls->oop());
    mutator_->enter_class(cls->oop());
    return roots_.oops.back();
  }

  Heap& heap() { return *heap_; }
  Mutator& mutator() { return *mutator_; }

  std::unique_ptr<Heap> heap_;
  std::unique_ptr<Mutator> mutator_;
  VectorRoots roots_;
};

}  // namespace banter::heap
