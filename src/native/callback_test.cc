// C calls thunks: what arrives, what goes back, who is refused.

#include <gtest/gtest.h>
#include <pthread.h>
#include <unwind.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "carrier/carrier.h"
#include "native/host.h"
#include "native/native_testing.h"
#include "native/plan_testing.h"
#include "native/thunk_page.h"
#include "native/vm_testing.h"

namespace banter::native {
namespace {

using namespace testing_support;
using carrier::Thread;
using carrier::ThreadKind;

TEST(Callback, EveryRegisterAndTheStackArrive) {
  PlanCallback callback(
      declared("long f(long, long, long, long, long, long, long, long, double, double, double, "
               "double, double, double, double, double, long, double, long)"),
      [](void* const* arguments, void* result) {
        for (int i = 0; i < 8; i++) EXPECT_EQ(argument<long>(arguments, i), i + 1);
        for (int i = 0; i < 8; i++) EXPECT_EQ(argument<double>(arguments, 8 + i), i + 0.5);
        EXPECT_EQ(argument<long>(arguments, 16), 109);
        EXPECT_EQ(argument<double>(arguments, 17), 8.5);
        EXPECT_EQ(argument<long>(arguments, 18), 110);
        *static_cast<long*>(result) = 42;
      });
  using Function = long(long, long, long, long, long, long, long, long, double, double, double,
                        double, double, double, double, double, long, double, long);
  EXPECT_EQ(callback.function<Function>()(1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5,
                                          7.5, 109, 8.5, 110),
            42);
}

TEST(Callback, KnowsItsThunk) {
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) {
    return_word(context, context->thunkp == context->record->thunk);
  });
  EXPECT_EQ(function_of<int()>(record)(), 1);
  ThunkAllocator::instance().free(record);
}

TEST(Callback, ReturnCodeWord) {
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) { return_word(context, -5); });
  EXPECT_EQ(function_of<long()>(record)(), -5);
  EXPECT_EQ(function_of<int()>(record)(), -5);
  EXPECT_EQ(function_of<signed char()>(record)(), -5);
}

TEST(Callback, ReturnCodeWord64) {
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) {
    context->rvs.valword64 = 0x123456789ABCDEF0;
    context->return_code = ReturnCode::word64;
  });
  EXPECT_EQ(function_of<std::uint64_t()>(record)(), 0x123456789ABCDEF0u);
}

TEST(Callback, ReturnCodeDouble) {
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) {
    context->rvs.valflt64 = float_argument(context, 0) * 2;
    context->return_code = ReturnCode::double_float;
  });
  EXPECT_EQ(function_of<double(double)>(record)(1.25), 2.5);
}

TEST(Callback, ReturnCodeSingleFloat) {
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) {
    context->rvs.valflt32 = 0.25f;
    context->return_code = ReturnCode::single_float;
  });
  EXPECT_EQ(function_of<float()>(record)(), 0.25f);
}

struct Big {
  long values[5];
};

TEST(Callback, ReturnCodeStructureIsCopiedWhereCWantsIt) {
  static Big answer{{1, 2, 3, 4, 5}};
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) {
    context->rvs.valstruct = {&answer, sizeof answer};
    context->return_code = ReturnCode::structure;
  });
  const Big big = function_of<Big(long)>(record)(7);
  EXPECT_EQ(std::memcmp(&big, &answer, sizeof big), 0);
}

struct IntegerPair {
  std::uint64_t first, second;
};
struct FloatPair {
  double first, second;
};

TEST(Callback, ReturnCodePlanFillsTheRegisters) {
  const abi::CType word = abi::type_of(abi::ValueKind::uint64, kHostAbi);
  const abi::CType number = abi::type_of(abi::ValueKind::float64, kHostAbi);
  PlanCallback integers(signature_of(structure_of({word, word}), {}),
                        [](void* const*, void* result) {
                          *static_cast<IntegerPair*>(result) = {11, 22};
                        });
  const auto pair = integers.function<IntegerPair()>()();
  EXPECT_EQ(pair.first, 11u);
  EXPECT_EQ(pair.second, 22u);
  PlanCallback floats(signature_of(structure_of({number, number}), {}),
                      [](void* const*, void* result) {
                        *static_cast<FloatPair*>(result) = {3.5, 4.5};
                      });
  const auto numbers = floats.function<FloatPair()>()();
  EXPECT_EQ(numbers.first, 3.5);
  EXPECT_EQ(numbers.second, 4.5);
}

void compare_ints(VMCallbackContext* context) {
  const int a = *reinterpret_cast<int*>(word_argument(context, 0));
  const int b = *reinterpret_cast<int*>(word_argument(context, 1));
  ++*static_cast<int*>(context->record->user);
  return_word(context, a < b ? -1 : a > b);
}

TEST(Callback, SortsWithQsort) {
  int calls = 0;
  ThunkRecord& record = make_thunk(compare_ints, &calls);
  std::vector<int> numbers(1000);
  std::srand(1);
  for (int& number : numbers) number = std::rand() % 500;
  std::qsort(numbers.data(), numbers.size(), sizeof(int),
             function_of<int(const void*, const void*)>(record));
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_GT(calls, 1000);
}

TEST(Callback, NestsDeeply) {
  static ThunkRecord* self;
  self = &make_thunk([](VMCallbackContext* context) {
    const long n = word_argument(context, 0);
    return_word(context, n == 0 ? 0 : n + function_of<long(long)>(*self)(n - 1));
  });
  EXPECT_EQ(function_of<long(long)>(*self)(1000), 500500);
}

// --- unwinding ---------------------------------------------------------------------------------

struct Trace {
  std::vector<std::uintptr_t> functions;
};

_Unwind_Reason_Code note_frame(_Unwind_Context* context, void* trace) {
  static_cast<Trace*>(trace)->functions.push_back(function_of_frame(context));
  return _URC_NO_REASON;
}

void trace_in_compare(VMCallbackContext* context) {
  auto& trace = *static_cast<Trace*>(context->record->user);
  trace.functions.clear();
  _Unwind_Backtrace(note_frame, &trace);
  return_word(context, 0);
}

[[gnu::noinline]] void sort_two(int (*compare)(const void*, const void*)) {
  int numbers[2] = {2, 1};
  std::qsort(numbers, 2, sizeof(int), compare);
  EXPECT_EQ(numbers[0] + numbers[1], 3);
}

TEST(Callback, UnwindsThroughThunkEntryAndC) {
  Trace trace;
  ThunkRecord& record = make_thunk(trace_in_compare, &trace);
  sort_two(function_of<int(const void*, const void*)>(record));
  const auto has = [&](auto* function) {
    return std::count(trace.functions.begin(), trace.functions.end(), start_of(function));
  };
  EXPECT_EQ(has(&trace_in_compare), 1);
  EXPECT_EQ(has(&thunkEntry), 1);
  EXPECT_EQ(has(&sort_two), 1) << "below qsort's frames";
}

// --- threads -----------------------------------------------------------------------------------

TEST(CallbackThreads, FromACalloutOfThisThread) {
  TestVm vm;
  Thread& main = vm.carrier.attach(ThreadKind::main);
  ASSERT_TRUE(vm.carrier.ownership().acquire(main));
  ThunkRecord& record = vm.thunk();
  for (long i = 0; i < 1000; i++) ASSERT_EQ(vm.call_out(record, i), i + 1);
  EXPECT_EQ(vm.count, 1000);
  EXPECT_EQ(vm.foreign, 0);
  vm.carrier.ownership().release(main);
}

struct ForeignWork {
  ThunkRecord* record;
  long sum = 0;
};

void* call_from_foreign_thread(void* data) {
  auto& work = *static_cast<ForeignWork*>(data);
  for (long i = 0; i < 500; i++) work.sum += function_of<long(long)>(*work.record)(i);
  return nullptr;
}

TEST(CallbackThreads, ForeignThreadsRunWhileMainWaitsInC) {
  TestVm vm;
  Thread& main = vm.carrier.attach(ThreadKind::main);
  auto& ownership = vm.carrier.ownership();
  ASSERT_TRUE(ownership.acquire(main));
  ForeignWork work[4];
  pthread_t threads[4];
  ThunkRecord& record = vm.thunk();
  ownership.enter_c(main);
  for (int i = 0; i < 4; i++) {
    work[i].record = &record;
    ASSERT_EQ(pthread_create(&threads[i], nullptr, call_from_foreign_thread, &work[i]), 0);
  }
  for (auto& thread : threads) pthread_join(thread, nullptr);
  if (!ownership.leave_c(main)) {
    ASSERT_TRUE(ownership.acquire(main));
  }
  for (auto& each : work) EXPECT_EQ(each.sum, 500 * 501 / 2);
  EXPECT_EQ(vm.foreign, 2000);
  EXPECT_EQ(vm.carrier.thread_count(), 1u) << "foreign threads are forgotten when they end";
  EXPECT_TRUE(vm.refused().empty());
  ownership.release(main);
}

// Main runs Smalltalk most of the time and lets waiters go first at its safe points.
TEST(CallbackThreads, ForeignThreadsRunWhileMainRunsTheVm) {
  TestVm vm;
  Thread& main = vm.carrier.attach(ThreadKind::main);
  auto& ownership = vm.carrier.ownership();
  ASSERT_TRUE(ownership.acquire(main));
  ThunkRecord& record = vm.thunk();
  ForeignWork work{&record};
  std::atomic<bool> done{false};
  std::thread foreign([&] {
    call_from_foreign_thread(&work);
    done = true;
  });
  long mine = 0;
  while (!done) {
    if (ownership.wanted()) {
      ASSERT_TRUE(ownership.yield(main));
    }
    if (mine % 16 == 0) vm.call_out(record, 1);
    mine++;
  }
  foreign.join();
  EXPECT_EQ(vm.foreign, 500);
  ownership.release(main);
}

TEST(CallbackThreads, APolicyRefusesForeignThreads) {
  TestVm vm;
  auto request = vm.request();
  request.policy = ThreadPolicy::callout_only;
  ThunkRecord& record = vm.thunk(request);
  std::thread([&] { EXPECT_EQ(function_of<long(long)>(record)(1), -1); }).join();
  const auto refused = vm.refused();
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reason, Refusal::wrong_thread);
  EXPECT_EQ(vm.count, 0);
}

TEST(CallbackThreads, TooLittleNativeStackGivesTheDefault) {
  TestVm vm;
  Thread& main = vm.carrier.attach(ThreadKind::main);
  ASSERT_TRUE(vm.carrier.ownership().acquire(main));
  vm.owner.stack_needed = SIZE_MAX / 2;
  EXPECT_EQ(vm.call_out(vm.thunk(), 1), -1);
  const auto refused = vm.refused();
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reason, Refusal::no_stack);
  vm.carrier.ownership().release(main);
}

TEST(CallbackThreads, AfterTheVmEndedTheDefaultComesBack) {
  ThunkRecord* record;
  ThunkOwner* owner;
  {
    TestVm vm;
    record = &vm.thunk();
    owner = &vm.owner;
    vm.carrier.shut_down();
    ThunkAllocator::instance().end_owner(vm.owner);
    EXPECT_EQ(vm.owner.foreign_callbacks, 0u);
  }
  EXPECT_EQ(function_of<long(long)>(*record)(1), -1);
  const auto refused = ThunkAllocator::instance().take_refused(*owner);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reason, Refusal::session_over);
}

}  // namespace
}  // namespace banter::native
