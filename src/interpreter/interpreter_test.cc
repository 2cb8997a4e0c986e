// Methods assembled by hand, run by the loop. What the compiler and the kernel make of the whole
// machine is tested by kernel/ and tests/.
#include "interpreter/interpreter_testing.h"

#include <algorithm>

namespace banter::interpreter {
namespace {

using namespace code;  // NOLINT: bytecodes by name

class LoopTest : public InterpreterTest {
 protected:
  using InterpreterTest::InterpreterTest;

  // fib  self < 2 ifTrue: [ ^ self ]. ^ (self - 1) fib + (self - 2) fib
  void define_fib() {
    const std::size_t two = keep_at(Oop::small_int(2));
    define(
        ClassIndex::kSmallInteger, "fib",
        Code{0,
             0,
             {two, symbol("fib")},
             {kSelf, push_literal(0), kLess, jump_if_false(1), kReturnSelf, kSelf, kOne, kSubtract,
              send0(1), kSelf, push_literal(0), kSubtract, send0(1), kAdd, kReturnTop}});
  }
  // sumTo  | sum i | sum := 0. i := 1. [ i <= self ] whileTrue: [ sum := sum + i. i := i + 1 ]. ^
  // sum
  void define_sum() {
    define(ClassIndex::kSmallInteger, "sumTo",
           Code{0,
                2,
                {},
                {kZero,
                 pop_temp(0),
                 kOne,
                 pop_temp(1),
                 push_temp(1),
                 kSelf,
                 kLessOrEqual,
                 /* jump if false */ 239,
                 12,
                 push_temp(0),
                 push_temp(1),
                 kAdd,
                 pop_temp(0),
                 push_temp(1),
                 kOne,
                 kAdd,
                 pop_temp(1),
                 /* jump back */ 225,
                 255,
                 237,
                 static_cast<std::uint8_t>(-17),
                 push_temp(0),
                 kReturnTop}});
  }
};

TEST_F(LoopTest, RecursionAndSends) {
  define_fib();
  EXPECT_EQ(integer(run(Oop::small_int(20), "fib")), 6765);
}

TEST_F(LoopTest, BackwardJumps) {
  define_sum();
  EXPECT_EQ(integer(run(Oop::small_int(1000), "sumTo")), 500500);
}

TEST_F(LoopTest, RunsTheSameWhenEveryAllocationMovesEveryObject) {
  define_fib();
  heap().set_stress_gc(true);
  EXPECT_EQ(integer(run(Oop::small_int(12), "fib")), 144);
  EXPECT_GT(heap().moved_objects(), 0u);
}

class MovingStackTest : public LoopTest {
 protected:
  MovingStackTest() : LoopTest(InterpreterOptions{.stress_stack = true}) {}
};

TEST_F(MovingStackTest, RunsTheSameWhenEveryActivationMovesTheStack) {
  define_fib();
  define_sum();
  EXPECT_EQ(integer(run(Oop::small_int(15), "fib")), 610);
  EXPECT_EQ(integer(run(Oop::small_int(10), "sumTo")), 55);
}

TEST_F(LoopTest, MessageNotUnderstoodCarriesSelectorAndArguments) {
  // doesNotUnderstand: aMessage  ^ aMessage arguments  (slot 1 of it)
  define(ClassIndex::kSmallInteger,
         "doesNotUnderstand:", Code{1, 1, {}, {push_temp(0), kReturnTop}});
  define(ClassIndex::kSmallInteger, "test",
         Code{0, 0, {symbol("frobnicate:")}, {kSelf, kOne, send1(0), kReturnTop}});
  const auto result = run(Oop::small_int(3), "test");
  ASSERT_TRUE(result.ok());
  const Object* message = result.value().as_object();
  EXPECT_EQ(message->class_index(), ClassIndex::kMessage);
  EXPECT_EQ(message->slot(slots::message::kSelector), selector("frobnicate:"));
  EXPECT_EQ(message->slot(slots::message::kArguments).as_object()->slot(0), Oop::small_int(1));
  EXPECT_EQ(message->slot(slots::message::kLookupClass),
            heap().class_at(ClassIndex::kSmallInteger));
}

TEST_F(LoopTest, BlocksSeeCopiedValuesAndAnswerToTheirCaller) {
  const std::size_t body = block(Code{0, 1, {}, {push_temp(0), kOne, kAdd, kBlockReturnTop}});
  // test  ^ [ self copied + 1 ] value + 10, the copied value being self
  define(ClassIndex::kSmallInteger, "test",
         Code{0,
              0,
              {body, keep_at(Oop::small_int(10))},
              {kSelf, kClosure, 0, 0x41, kValue, push_literal(1), kAdd, kReturnTop}});
  EXPECT_EQ(integer(run(Oop::small_int(5), "test")), 16);
}

TEST_F(LoopTest, ReturnInABlockLeavesTheMethodThatMadeIt) {
  const std::size_t body = block(Code{0, 0, {}, {kOne, kReturnTop}});
  define(ClassIndex::kSmallInteger, "test",
         Code{0,
              0,
              {body, symbol("evaluate:")},
              {kSelf, kClosure, 0, 0, send1(1), kPop, kZero, kReturnTop}});
  define(ClassIndex::kSmallInteger,
         "evaluate:", Code{1, 1, {}, {push_temp(0), kValue, kPop, kZero, kReturnTop}});
  EXPECT_EQ(integer(run(Oop::small_int(5), "test")), 1);
}

TEST_F(LoopTest, ReturnInABlockWhoseMethodHasEndedCannotReturn) {
  // What cannotReturn: answers is on the block's stack when it goes on after its return bytecode.
  const std::size_t body = block(Code{0, 0, {}, {kOne, kReturnTop, kBlockReturnTop}});
  define(
      ClassIndex::kContext, "cannotReturn:",
      Code{1, 1, {keep_at(Oop::small_int(77))}, {push_temp(0), push_literal(0), kAdd, kReturnTop}});
  define(ClassIndex::kSmallInteger, "makeBlock", Code{0, 0, {body}, {kClosure, 0, 0, kReturnTop}});
  define(ClassIndex::kSmallInteger, "test",
         Code{0, 0, {symbol("makeBlock")}, {kSelf, send0(0), kValue, kReturnTop}});
  EXPECT_EQ(integer(run(Oop::small_int(5), "test")), 78);
}

TEST_F(LoopTest, TheContextOfAMethodThatHasEndedIsDead) {
  const std::size_t body = block(Code{0, 0, {}, {kOne, kReturnTop}});
  define(ClassIndex::kSmallInteger, "makeBlock", Code{0, 0, {body}, {kClosure, 0, 0, kReturnTop}});
  const auto result = run(Oop::small_int(5), "makeBlock");
  ASSERT_TRUE(result.ok());
  const Object* home =
      result.value().as_object()->slot(slots::full_block_closure::kOuterContext).as_object();
  EXPECT_EQ(home->slot(slots::context::kSender), heap().nil());
  EXPECT_EQ(home->slot(slots::context::kPc), heap().nil());
  EXPECT_EQ(home->slot(slots::context::kReceiver), Oop::small_int(5));
}

TEST_F(LoopTest, FailureCodeGoesToTheErrorVariable) {
  static constexpr Entry kFailing[] = {
      {900, "Test.fails", 0,
       [](heap::Mutator&, const Args&) -> Outcome { return Failure::bad_index; }}};
  vm().add_primitives(kFailing);
  define(ClassIndex::kSmallInteger, "test",
         Code{0,
              1,
              {},
              {kPrimitive, 900 & 255, 900 >> 8, kPopError, 0, push_temp(0), kReturnTop},
              true});
  // Without an error table the variable gets the number.
  EXPECT_EQ(integer(run(Oop::small_int(5), "test")), static_cast<int>(Failure::bad_index));
}

TEST_F(LoopTest, ContextsAnswerWhatTheirFrameKnows) {
  // test: a  | c | c := thisContext. ^ c
  define(ClassIndex::kSmallInteger,
         "test:", Code{1, 2, {}, {kThisContext, pop_temp(1), push_temp(1), kReturnTop}});
  static Interpreter* machine;
  machine = &vm();
  static constexpr Entry kLook[] = {
      {901, "Test.look", 0, [](heap::Mutator&, const Args&) -> Outcome {
         const Oop context = machine->this_context();
         EXPECT_TRUE(machine->is_married(context));
         EXPECT_EQ(machine->context_slot(context, slots::context::kReceiver), Oop::small_int(5));
         EXPECT_EQ(machine->context_slot(context, slots::context::kStackp), Oop::small_int(2));
         EXPECT_EQ(machine->context_slot(context, slots::context::kFirstTemp), Oop::small_int(1));
         EXPECT_TRUE(machine->is_context(machine->context_slot(context, slots::context::kSender)));
         return Oop::small_int(0);
       }}};
  vm().add_primitives(kLook);
  define(ClassIndex::kSmallInteger, "look",
         Code{0, 0, {}, {kPrimitive, 901 & 255, 901 >> 8, kZero, kReturnTop}, true});
  define(ClassIndex::kSmallInteger,
         "outer:", Code{1, 1, {symbol("look")}, {kSelf, send0(0), kReturnTop}});
  EXPECT_EQ(integer(run(Oop::small_int(5), "outer:", {Oop::small_int(1)})), 0);
  const auto dead = run(Oop::small_int(5), "test:", {Oop::small_int(1)});
  ASSERT_TRUE(dead.ok());
  EXPECT_FALSE(vm().is_married(dead.value()));
  EXPECT_FALSE(vm().live_context(dead.value()));
}

TEST_F(LoopTest, WaitingForEverIsADeadlock) {
  define(ClassIndex::kSemaphore, "wait", Code{0, 0, {}, {kPrimitive, 86, 0, kReturnSelf}, true});
  const std::size_t waited = keep_at(semaphore());
  const auto result = run(roots()[waited], "wait");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("deadlock"), std::string::npos);
}

TEST_F(LoopTest, ASignalLetsAWaitGoOn) {
  define(ClassIndex::kSemaphore, "wait", Code{0, 0, {}, {kPrimitive, 86, 0, kReturnSelf}, true});
  define(ClassIndex::kSemaphore, "signal", Code{0, 0, {}, {kPrimitive, 85, 0, kReturnSelf}, true});
  define(ClassIndex::kSemaphore, "both",
         Code{0,
              0,
              {symbol("signal"), symbol("wait")},
              {kSelf, send0(0), kPop, kSelf, send0(1), kPop, kOne, kReturnTop}});
  const std::size_t both = keep_at(semaphore());
  EXPECT_EQ(integer(run(roots()[both], "both")), 1);
}

class ProcessesTest : public LoopTest {
 protected:
  // A process that begins with `method`, the process itself as the receiver.
  Oop process(std::size_t method) {
    Rooted<> made(
        mutator(),
        mutator().allocate(ClassIndex::kProcess, Format::kFixed, slots::process::kSize)->oop());
    Rooted<> context(mutator(), mutator()
                                    .allocate(ClassIndex::kContext, Format::kFixedIndexable,
                                              slots::context::kFirstTemp + 16)
                                    ->oop());
    context.store(
        slots::context::kPc,
        Oop::small_int(static_cast<std::int64_t>(roots()[method].as_object()->initial_pc())));
    context.store(slots::context::kStackp, Oop::small_int(0));
    context.store(slots::context::kMethod, roots()[method]);
    context.store(slots::context::kReceiver, made.oop());
    made.store(slots::process::kSuspendedContext, context.oop());
    return made.oop();
  }
};

// The process of run() has the stack that run() was called on; all others share one.
TEST_F(ProcessesTest, WithoutCalloutsTheyShareOneNativeStackAndOneThread) {
  static constexpr std::size_t kCount = 1000;
  static Interpreter* machine;
  static std::size_t worked, most_stacks, most_threads;
  machine = &vm();
  worked = most_stacks = most_threads = 0;
  static constexpr Entry kEntries[] = {
      {901, "Test.resumeAll", 1,
       [](heap::Mutator&, const Args& args) -> Outcome {
         const std::int64_t priority = machine->priority_of(machine->active_process());
         for (std::size_t i = 0; i < kCount; i++) {
           Object* each = args.at(0).as_object()->slot(i).as_object();
           machine->heap().store(each, slots::process::kPriority, Oop::small_int(priority));
           machine->add_last(machine->list_of_priority(priority), each->oop());
         }
         return args.receiver();
       }},
      {902, "Test.work", 0, [](heap::Mutator&, const Args& args) -> Outcome {
         worked++;
         most_stacks = std::max(most_stacks, machine->carrier().stacks().in_use());
         most_threads = std::max(most_threads, machine->carrier().thread_count());
         return args.receiver();
       }}};
  vm().add_primitives(kEntries);
  define(ClassIndex::kProcess, "work",
         Code{0, 0, {}, {kPrimitive, 902 & 255, 902 >> 8, kReturnSelf}, true});
  define(ClassIndex::kProcess, "suspend", Code{0, 0, {}, {kPrimitive, 88, 0, kReturnSelf}, true});
  define(ClassIndex::kSemaphore, "wait", Code{0, 0, {}, {kPrimitive, 86, 0, kReturnSelf}, true});
  define(ClassIndex::kSemaphore, "signal", Code{0, 0, {}, {kPrimitive, 85, 0, kReturnSelf}, true});
  define(ClassIndex::kSemaphore,
         "resumeAll:", Code{1, 1, {}, {kPrimitive, 901 & 255, 901 >> 8, kReturnSelf}, true});
  // runAll: processes  self resumeAll: processes. self wait. ^ 1
  define(ClassIndex::kSemaphore, "runAll:",
         Code{1,
              1,
              {symbol("resumeAll:"), symbol("wait")},
              {kSelf, push_temp(0), send1(0), kPop, kSelf, send0(1), kPop, kOne, kReturnTop}});
  const std::size_t over = keep_at(semaphore());
  // self work. over signal. self suspend: whoever waits goes on behind all that are ready.
  const std::size_t body = compile(
      Code{0,
           0,
           {symbol("work"), over, symbol("signal"), symbol("suspend")},
           {kSelf, send0(0), kPop, push_literal(1), send0(2), kPop, kSelf, send0(3), kReturnSelf}});
  Rooted<> processes(mutator(), mutator().new_array(kCount));
  for (std::size_t i = 0; i < kCount; i++) processes.store(i, process(body));
  EXPECT_EQ(integer(run(roots()[over], "runAll:", {processes.oop()})), 1);
  EXPECT_EQ(worked, kCount);
  EXPECT_EQ(most_stacks, 1u);
  EXPECT_EQ(most_threads, 1u);
  // Nor has the pool made others that are idle now: what is asked for here is its second.
  carrier::StackPool& pool = vm().carrier().stacks();
  carrier::NativeStack* second = pool.acquire(
      *carrier::Thread::current(), [](void*) {}, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_TRUE(second->name().ends_with(", stack 2")) << second->name();
  pool.release(*second);
}

class SmallStackTest : public LoopTest {
 protected:
  SmallStackTest() : LoopTest(InterpreterOptions{.max_frames = 2000}) {}
};

TEST_F(SmallStackTest, OverflowIsToldToTheProcessWhichMayGoOn) {
  const std::size_t told =
      keep_at(mutator().new_association(heap().nil(), Oop::small_int(0))->oop());
  define(ClassIndex::kProcess, "stackOverflow",
         Code{0, 0, {told}, {push_global(0), kOne, kAdd, 241, 0, kReturnSelf}});
  // down  self < 1 ifTrue: [ ^ self ]. ^ (self - 1) down
  define(ClassIndex::kSmallInteger, "down",
         Code{0,
              0,
              {symbol("down")},
              {kSelf, kOne, kLess, jump_if_false(1), kReturnSelf, kSelf, kOne, kSubtract, send0(0),
               kReturnTop}});
  EXPECT_EQ(integer(run(Oop::small_int(2200), "down")), 0);
  EXPECT_EQ(roots()[told].as_object()->slot(1), Oop::small_int(1));
  EXPECT_EQ(integer(run(Oop::small_int(1500), "down")), 0);
  EXPECT_EQ(roots()[told].as_object()->slot(1), Oop::small_int(1));
}

TEST_F(SmallStackTest, OverflowWhileItIsHandledEndsTheProcessOnly) {
  const std::size_t told =
      keep_at(mutator().new_association(heap().nil(), Oop::small_int(0))->oop());
  // endless  ^ self endless
  const Code endless{0, 0, {symbol("endless")}, {kSelf, send0(0), kReturnTop}};
  define(ClassIndex::kSmallInteger, "endless", endless);
  define(ClassIndex::kProcess, "stackOverflow",
         Code{0, 0, {symbol("endless")}, {kZero, send0(0), kReturnTop}});
  define(ClassIndex::kProcess, "suspend", Code{0, 0, {}, {kPrimitive, 88, 0, kReturnSelf}, true});
  // The first three times its unwind blocks overflow again.
  define(ClassIndex::kProcess, "endForLackOfRoom",
         Code{0,
              0,
              {told, symbol("endless"), symbol("suspend"), keep_at(Oop::small_int(3))},
              {push_global(0), kOne, kAdd, 241, 0, push_literal(3), push_global(0), kLess,
               jump_if_false(3), kSelf, send0(2), kReturnTop, kZero, send0(1), kReturnTop}});
  const auto result = run(Oop::small_int(5), "endless");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("no process can run"), std::string::npos);
  EXPECT_EQ(roots()[told].as_object()->slot(1), Oop::small_int(4));
  define(ClassIndex::kSmallInteger, "five", Code{0, 0, {}, {kSelf, kReturnTop}});
  EXPECT_EQ(integer(run(Oop::small_int(5), "five")), 5);
}

}  // namespace
}  // namespace banter::interpreter
