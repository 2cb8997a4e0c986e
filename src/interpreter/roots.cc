// roots.cc -- what the interpreter shows to the collector.
//
// While objects move, each frame's ip is an offset from its method. The stack of a process lives
// as long as the Process or one of the Contexts married to its frames is reachable; the running
// process's stack and those with foreign frames always live.
#include "heap/heap.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using heap::Object;
using heap::OopVisitor;
using heap::Special;

namespace {

void make_ips_relative(ProcessStack& stack) {
  for (std::size_t i = 0; i < stack.depth(); ++i) {
    Frame& frame = stack.frames()[i];
    frame.ip -= static_cast<std::uintptr_t>(frame.method.bits());
  }
}

void make_ips_absolute(ProcessStack& stack) {
  for (std::size_t i = 0; i < stack.depth(); ++i) {
    Frame& frame = stack.frames()[i];
    frame.ip += static_cast<std::uintptr_t>(frame.method.bits());
  }
}

}  // namespace

void Interpreter::before_collection() {
  save_active_stack();
  for (auto& stack : stacks_) {
    make_ips_relative(*stack);
    stack->shown_live = false;
  }
}

void Interpreter::after_collection() {
  for (auto& stack : stacks_) make_ips_absolute(*stack);
  if (full_collection_) {
    empty_caches();
  } else {
    // A scavenge: what is old has not moved. (become: flushes the caches itself.)
    if (cache_holds_young_)
      cache_.clear_if([&](const CacheEntry& entry) {
        return heap_.is_young(entry.selector) || heap_.is_young(entry.method);
      });
    cache_holds_young_ = false;
    load_special_selectors();
  }
  full_collection_ = false;
  if (heap_.finalization_pending() || heap_.shortage() != heap::Shortage::none) request_interrupt();
}

void Interpreter::visit_stack(ProcessStack& stack, OopVisitor& visitor) {
  visitor.visit(&stack.process);
  visitor.visit_range(stack.values(), stack.values() + stack.value_depth());
  for (std::size_t i = 0; i < stack.depth(); ++i) {
    Frame& frame = stack.frames()[i];
    visitor.visit_range(&frame.method, &frame.context + 1);
  }
  for (ForeignFrame* each = stack.foreign; each != nullptr; each = each->previous) {
    visitor.visit(&each->result);
    visitor.visit(&each->pending);
  }
  if (stack.callout_returned) visitor.visit(&stack.pending);
}

void Interpreter::visit_own_roots(OopVisitor& visitor) {
  visitor.visit(&new_method_);
  for (RunRecord* run = runs_; run != nullptr; run = run->previous) {
    visitor.visit(&run->process);
    visitor.visit(&run->result);
  }
}

void Interpreter::visit_roots(OopVisitor& visitor) {
  visit_own_roots(visitor);
  for (auto& stack : stacks_) visit_stack(*stack, visitor);
}

void Interpreter::visit_strong_roots(OopVisitor& visitor) {
  full_collection_ = true;
  visit_own_roots(visitor);
  for (auto& stack : stacks_) {
    if (stack.get() != stack_ && stack->foreign == nullptr) continue;
    stack->shown_live = true;
    visit_stack(*stack, visitor);
  }
}

bool Interpreter::visit_newly_live(OopVisitor& visitor, const heap::Heap& heap) {
  bool shown = false;
  for (auto& stack : stacks_) {
    if (stack->shown_live || stack->is_empty()) continue;
    bool live = heap.is_live(stack->process);
    for (std::size_t i = 0; i < stack->depth() && !live; ++i) {
      const Frame& frame = stack->frames()[i];
      live = frame.has(kFrameMarried) && heap.is_live(frame.context);
    }
    if (!live) continue;
    stack->shown_live = shown = true;
    visit_stack(*stack, visitor);
  }
  return shown;
}

void Interpreter::after_marking(const heap::Heap&) {
  for (auto& stack : stacks_)
    if (!stack->shown_live && !stack->is_empty()) free_stack(*stack);
}

void Interpreter::flush_caches() {
  ++method_epoch_;
  empty_caches();
}

void Interpreter::empty_caches() {
  nil_ = heap_.nil();
  true_ = heap_.true_object();
  false_ = heap_.false_object();
  cache_.clear();
  at_cache_.clear();
  at_put_cache_.clear();
  cache_holds_young_ = false;
  load_special_selectors();
}

void Interpreter::load_special_selectors() {
  const Oop table = heap_.special(Special::kSpecialSelectors);
  for (std::size_t k = 0; k < 32; ++k)
    special_selectors_[k] = table == nil_ || table.as_object()->slot_count() < 64
                                ? nil_
                                : table.as_object()->slot(2 * k);
}

void Interpreter::flush_caches_of_selector(Oop selector) {
  ++method_epoch_;
  cache_.clear_if([&](const CacheEntry& entry) { return entry.selector == selector; });
  at_cache_.clear();
  at_put_cache_.clear();
}

void Interpreter::flush_caches_of_method(Oop method) {
  ++method_epoch_;
  cache_.clear_if([&](const CacheEntry& entry) { return entry.method == method; });
  at_cache_.clear();
  at_put_cache_.clear();
}

}  // namespace banter::interpreter
