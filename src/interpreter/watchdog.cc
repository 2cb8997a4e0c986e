#include "interpreter/watchdog.h"

#include <fmt/format.h>

#include <cstdio>

#include "heap/layouts.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

bool Watchdog::is_due(const carrier::Ownership::Holding& now) {
  if (limit_.count() == 0) return false;
  const auto time = std::chrono::steady_clock::now();
  const std::uint64_t activity = activity_.load(std::memory_order_relaxed);
  if (activity != seen_activity_ || now != seen_) {
    seen_ = now;
    seen_activity_ = activity;
    since_ = time;
    return false;
  }
  if (activity == reported_activity_.load(std::memory_order_relaxed)) return false;
  if (time - since_ < limit_) return false;
  due_.store(true);
  return true;
}

namespace {

// The callback around the innermost callout, for the first line.
std::string around(const ForeignFrame& callout) {
  const ForeignFrame* each = callout.previous;
  while (each != nullptr && each->kind != ForeignFrame::Kind::callback) each = each->previous;
  return each == nullptr ? "" : fmt::format(", below callback {}", each->description);
}

// The callout that C has not returned from and that was not named before, or null.
ForeignFrame* news_of(const ProcessStack& stack) {
  ForeignFrame* innermost = stack.foreign;
  const bool pending = innermost != nullptr && innermost->kind == ForeignFrame::Kind::callout &&
                       stack.native != nullptr;
  return pending && !innermost->reported ? innermost : nullptr;
}

void print(Interpreter& vm, const ProcessStack& stack, const ForeignFrame& callout,
           std::chrono::seconds limit) {
  const Oop name = stack.process.as_object()->slot(heap::slots::process::kName);
  const std::string text = vm.text_of(name);
  fmt::print(stderr, "banter: waits in C since {} s: {}{}; process {}{}{}, {}\n{}", limit.count(),
             callout.description, around(callout), stack.number(), text.empty() ? "" : " ", text,
             stack.native->thread().description(), vm.stack_trace(stack.process));
  std::fflush(stderr);
}

}  // namespace

void Watchdog::report(Interpreter& vm) {
  if (!due_.exchange(false)) return;
  reported_activity_.store(activity_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  vm.for_each_process([&](const ProcessStack& stack) {
    ForeignFrame* callout = news_of(stack);
    if (callout == nullptr) return;
    callout->reported = true;
    print(vm, stack, *callout, limit_);
  });
}

}  // namespace banter::interpreter
