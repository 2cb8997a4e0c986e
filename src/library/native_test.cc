// The C interface, as its users see it.
#include "banter/native.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cmath>
#include <cstdarg>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "native/host.h"

namespace {

struct Signature {
  explicit Signature(const char* text, const banter_types* types = nullptr)
      : it(banter_signature_new(text, types, &error)) {}
  ~Signature() { banter_signature_free(it); }
  banter_error error{};
  banter_signature* it;
};

struct Pair {
  std::int64_t a;
  double b;
};
struct Large {
  std::int32_t numbers[12];
};

Pair swapped(Pair pair, std::int64_t add) {
  return {static_cast<std::int64_t>(pair.b) + add, static_cast<double>(pair.a)};
}

Large doubled(Large large) {
  for (auto& each : large.numbers) each *= 2;
  return large;
}

TEST(NativeC, CallsWithValuesInMemory) {
  const Signature power("double pow(double, double)");
  ASSERT_TRUE(power.it) << power.error.text;
  EXPECT_EQ(banter_signature_argument_count(power.it), 2u);
  EXPECT_EQ(banter_signature_argument_size(power.it, 1), 8u);
  EXPECT_EQ(banter_signature_result_size(power.it), 8u);
  double x = 2, y = 10, result = 0;
  void* arguments[] = {&x, &y};
  banter_call(power.it,
              reinterpret_cast<banter_function>(static_cast<double (*)(double, double)>(pow)),
              &result, arguments);
  EXPECT_EQ(result, 1024);
}

TEST(NativeC, StructuresTravelByValue) {
  const Signature swap(
      "struct { int64_t a; double b; } f(struct { int64_t a; double b; }, int64_t)");
  ASSERT_TRUE(swap.it) << swap.error.text;
  Pair pair{3, 4.0}, result{};
  std::int64_t add = 10;
  void* arguments[] = {&pair, &add};
  banter_call(swap.it, reinterpret_cast<banter_function>(swapped), &result, arguments);
  EXPECT_EQ(result.a, 14);
  EXPECT_EQ(result.b, 3.0);
}

TEST(NativeC, LargeStructuresTravelByReferenceAndTheArgumentStaysAsItWas) {
  banter_types* types = banter_types_new();
  banter_error error;
  ASSERT_TRUE(
      banter_types_declare(types, "typedef struct { int32_t numbers[12]; } large_t;", &error))
      << error.text;
  const Signature call("large_t f(large_t)", types);
  banter_types_free(types);
  ASSERT_TRUE(call.it) << call.error.text;
  Large large{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}, result{};
  void* arguments[] = {&large};
  banter_call(call.it, reinterpret_cast<banter_function>(doubled), &result, arguments);
  EXPECT_EQ(result.numbers[11], 24);
  EXPECT_EQ(large.numbers[11], 12);
}

TEST(NativeC, CallbacksGetAndAnswerStructures) {
  const Signature swap(
      "struct { int64_t a; double b; } f(struct { int64_t a; double b; }, int64_t)");
  ASSERT_TRUE(swap.it) << swap.error.text;
  banter_error error;
  int calls = 0;
  banter_callback* callback = banter_callback_new(
      swap.it,
      [](void* result, void* const* arguments, void* user) {
        ++*static_cast<int*>(user);
        *static_cast<Pair*>(result) =
            swapped(*static_cast<Pair*>(arguments[0]), *static_cast<std::int64_t*>(arguments[1]));
      },
      &calls, nullptr, &error);
  ASSERT_TRUE(callback) << error.text;
  const auto function =
      reinterpret_cast<Pair (*)(Pair, std::int64_t)>(banter_callback_function(callback));
  const Pair result = function({5, 6.0}, 1);
  EXPECT_EQ(result.a, 7);
  EXPECT_EQ(result.b, 5.0);
  EXPECT_EQ(calls, 1);
  banter_callback_free(callback, nullptr);
}

TEST(NativeC, ALateCallIsReportedAndGetsTheDefault) {
  const Signature signature("double (*)(int)");
  banter_callback_options options{};
  const double nothing = -1.5;
  options.default_result = &nothing;
  options.made_at = "maker.c:12";
  banter_error error;
  banter_callback* callback = banter_callback_new(
      signature.it, [](void*, void* const*, void*) { FAIL(); }, nullptr, &options, &error);
  ASSERT_TRUE(callback) << error.text;
  const auto function = reinterpret_cast<double (*)(int)>(banter_callback_function(callback));
  banter_callback_free(callback, "breaker.c:34");
  std::string report;
  banter_on_late_call(
      [](const banter_late_call* call, void* user) {
        *static_cast<std::string*>(user) =
            std::string(call->signature) + " " + call->made_at + " " + call->freed_at;
        EXPECT_NE(call->caller, nullptr);
      },
      &report);
  EXPECT_EQ(function(1), -1.5);
  banter_on_late_call(nullptr, nullptr);
  EXPECT_EQ(report, "double (*)(int) maker.c:12 breaker.c:34");
}

TEST(NativeC, AHandlerMayFreeItsOwnCallback) {
  const Signature signature("int (*)(void)");
  static banter_callback* callback;
  banter_error error;
  callback = banter_callback_new(
      signature.it,
      [](void* result, void* const*, void*) {
        banter_callback_free(callback, "inside");
        *static_cast<int*>(result) = 9;
      },
      nullptr, nullptr, &error);
  const auto function = reinterpret_cast<int (*)()>(banter_callback_function(callback));
  EXPECT_EQ(function(), 9);
}

// The first int and the double after it, of a call f(int, double), where this ABI has them.
int raw_int(const banter_registers& registers) {
  const bool stacked = std::string(banter_host_abi()) == "ia32";
  return static_cast<int>(stacked ? *static_cast<const std::uintptr_t*>(registers.stack)
                                  : registers.integers[0]);
}
double raw_double(const banter_registers& registers) {
  const std::string abi = banter_host_abi();
  double value = 0;
  const void* from = registers.floats;
  if (abi == "ia32") from = static_cast<const char*>(registers.stack) + sizeof(int);
  if (abi == "aapcs32_soft") from = registers.integers + 2;
  if (abi == "win_x64") from = registers.floats + 1;
  std::memcpy(&value, from, sizeof value);
  return value;
}

struct Raw {
  Raw(const char* text, banter_raw_handler handler, void* user = nullptr)
      : signature(text),
        callback(banter_callback_new_raw(signature.it, handler, user, nullptr, &error)) {}
  ~Raw() { banter_callback_free(callback, nullptr); }
  template <class Function>
  Function* function() const {
    return reinterpret_cast<Function*>(banter_callback_function(callback));
  }
  Signature signature;
  banter_error error{};
  banter_callback* callback;
};

TEST(NativeC, RawHandlersGetRegisters) {
  banter_function called = nullptr;
  const Raw raw(
      "double (*)(int, double)",
      [](banter_registers* registers, void* user) {
        *static_cast<banter_function*>(user) = registers->function;
        EXPECT_NE(registers->caller, nullptr);
        registers->result.float64 = raw_int(*registers) + raw_double(*registers);
        return BANTER_RETURN_DOUBLE;
      },
      &called);
  ASSERT_TRUE(raw.callback) << raw.error.text;
  EXPECT_EQ(raw.function<double(int, double)>()(-7, 0.25), -6.75);
  EXPECT_EQ(called, banter_callback_function(raw.callback));
}

TEST(NativeC, RawHandlersSendBackWordsFloatsAndNothing) {
  const Raw word("void *(*)(int)", [](banter_registers* registers, void*) {
    registers->result.word = raw_int(*registers);
    return BANTER_RETURN_WORD;
  });
  EXPECT_EQ(word.function<void*(int)>()(77), reinterpret_cast<void*>(77));
  const Raw word64("int64_t (*)(int)", [](banter_registers* registers, void*) {
    registers->result.word64 = static_cast<std::uint64_t>(raw_int(*registers)) << 33;
    return BANTER_RETURN_WORD64;
  });
  EXPECT_EQ(word64.function<std::int64_t(int)>()(5), std::int64_t{5} << 33);
  const Raw single("float (*)(int)", [](banter_registers* registers, void*) {
    registers->result.float32 = static_cast<float>(raw_int(*registers)) / 4;
    return BANTER_RETURN_FLOAT;
  });
  EXPECT_EQ(single.function<float(int)>()(5), 1.25f);
  int calls = 0;
  const Raw nothing(
      "void (*)(void)",
      [](banter_registers*, void* user) {
        ++*static_cast<int*>(user);
        return BANTER_RETURN_WORD;
      },
      &calls);
  nothing.function<void()>()();
  EXPECT_EQ(calls, 1);
}

struct Two {
  double a, b;
};

TEST(NativeC, RawHandlersSendBackStructures) {
  const Raw large("struct { int32_t numbers[12]; } (*)(void)",
                  [](banter_registers* registers, void*) {
                    static const Large kAll{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
                    registers->result.structure.address = &kAll;
                    registers->result.structure.size = sizeof kAll;
                    return BANTER_RETURN_STRUCT;
                  });
  EXPECT_EQ(large.function<Large()>()().numbers[11], 12);
  const Raw small("struct { double a, b; } (*)(void)", [](banter_registers* registers, void*) {
    static const Two kTwo{1.5, 2.5};
    const std::string abi = banter_host_abi();
    if (abi == "ia32" || abi == "aapcs32_soft" || abi == "win_x64") {
      registers->result.structure.address = &kTwo;
      registers->result.structure.size = sizeof kTwo;
      return BANTER_RETURN_STRUCT;
    }
    registers->result_registers.floats[0] = kTwo.a;
    registers->result_registers.floats[1] = kTwo.b;
    return BANTER_RETURN_REGISTERS;
  });
  EXPECT_EQ(small.function<Two()>()().a, 1.5);
  EXPECT_EQ(small.function<Two()>()().b, 2.5);
}

#if !defined(BANTER_HOST_WIN_X64)  // there GCC's long double is not that of the ABI
TEST(NativeC, RawHandlersSeeAndSendWholeVectorRegistersAndTheX87Stack) {
  const Raw same("long double (*)(long double)", [](banter_registers* registers, void*) {
    const std::string abi = banter_host_abi();
    auto& results = registers->result_registers;
    if (abi == "sysv_x64" || abi == "ia32") {
      std::memcpy(results.x87[0], registers->stack, 10);
      results.x87_count = 1;
    } else if (abi == "aapcs64") {
      results.floats[0] = registers->floats[0];
      results.float_uppers[0] = registers->float_uppers[0];
    } else if (abi == "riscv_lp64d" || abi == "aapcs32_soft") {
      std::memcpy(results.integers, registers->integers, sizeof(long double));
    } else {
      results.floats[0] = registers->floats[0];
    }
    return BANTER_RETURN_REGISTERS;
  });
  EXPECT_EQ(same.function<long double(long double)>()(1.0L / 3), 1.0L / 3);
}
#endif

TEST(NativeC, CallbacksNeedAHandlerAndASignature) {
  const Signature signature("void (*)(void)");
  banter_error error;
  EXPECT_EQ(banter_callback_new(signature.it, nullptr, nullptr, nullptr, &error), nullptr);
  EXPECT_STREQ(error.text, "a callback needs a handler");
  EXPECT_EQ(banter_callback_new(
                nullptr, [](void*, void* const*, void*) {}, nullptr, nullptr, &error),
            nullptr);
  EXPECT_STREQ(error.text, "a callback needs a signature");
}

void leave_thread() {
  pthread_exit(nullptr);
}

TEST(NativeC, AThreadMayExitInsideACallout) {
  const Signature signature("void (*)(void)");
  bool came_back = false;
  std::thread([&] {
    banter_call(signature.it, leave_thread, nullptr, nullptr);
    came_back = true;
  }).join();
  EXPECT_FALSE(came_back);
}

#if defined(BANTER_HOST_SYSV_X64)
__attribute__((ms_abi)) double windows(int a, double b, struct Two* by) {
  return a * by->a + b * by->b;
}

TEST(NativeC, FunctionsOfWindowsAreCalledAndCalledBackOnX64) {
  banter_error error;
  banter_signature* signature =
      banter_signature_new_for("win_x64", "double (*)(int, double, void *)", nullptr, &error);
  ASSERT_TRUE(signature) << error.text;
  int a = 3;
  double b = 5, result = 0;
  Two by{10, 100};
  void* pointer = &by;
  void* arguments[] = {&a, &b, &pointer};
  banter_call(signature, reinterpret_cast<banter_function>(windows), &result, arguments);
  EXPECT_EQ(result, 530);
  banter_callback* callback = banter_callback_new(
      signature,
      [](void* to, void* const* values, void*) {
        *static_cast<double*>(to) =
            *static_cast<int*>(values[0]) - *static_cast<double*>(values[1]);
      },
      nullptr, nullptr, &error);
  ASSERT_TRUE(callback) << error.text;
  using Function = double __attribute__((ms_abi)) (*)(int, double, void*);
  EXPECT_EQ(reinterpret_cast<Function>(banter_callback_function(callback))(7, 0.5, nullptr), 6.5);
  banter_callback_free(callback, nullptr);
  banter_signature_free(signature);
  banter_signature* variadic =
      banter_signature_new_for("win_x64", "void (*)(int, ...)", nullptr, &error);
  ASSERT_TRUE(variadic) << error.text;
  EXPECT_EQ(banter_callback_new(
                variadic, [](void*, void* const*, void*) {}, nullptr, nullptr, &error),
            nullptr);
  EXPECT_STREQ(error.text, "a va_list of win_x64 cannot be made here");
  banter_signature_free(variadic);
}
#endif

TEST(NativeC, ABIsThatDoNotRunHereAreRefused) {
  banter_error error;
  const bool riscv = std::string(banter_host_abi()) == "riscv_lp64d";
  for (const char* abi : {riscv ? "sysv_x64" : "riscv_lp64d", "pdp11", ""}) {
    EXPECT_EQ(banter_signature_new_for(abi, "int f(void)", nullptr, &error), nullptr);
    EXPECT_EQ(std::string(error.text),
              std::string("functions of '") + abi + "' do not run on " + banter_host_abi());
  }
  EXPECT_EQ(banter_signature_new_for(nullptr, "int f(void)", nullptr, nullptr), nullptr);
}

TEST(NativeC, FreeingNothingDoesNothing) {
  banter_callback_free(nullptr, nullptr);
  banter_signature_free(nullptr);
  banter_types_free(nullptr);
  banter_text_free(nullptr);
}

TEST(NativeC, ATypeNameGetsItsLastMeaning) {
  banter_types* types = banter_types_new();
  ASSERT_TRUE(banter_types_declare(types, "typedef short item;", nullptr));
  const Signature narrow("item f(void)", types);
  ASSERT_TRUE(banter_types_declare(types, "typedef int64_t item;", nullptr));
  const Signature wide("item f(void)", types);
  banter_error error{};
  EXPECT_FALSE(banter_types_declare(types, "typedef char item; struct {", &error));
  EXPECT_NE(std::string(error.text).find("column"), std::string::npos) << error.text;
  const Signature still("item f(void)", types);
  banter_types_free(types);
  EXPECT_EQ(banter_signature_result_size(narrow.it), 2u);
  EXPECT_EQ(banter_signature_result_size(wide.it), 8u);
  EXPECT_EQ(banter_signature_result_size(still.it), 8u);
}

TEST(NativeC, VariadicCallbacksReadAVaList) {
  const Signature signature("double (*)(const char *, ...)");
  banter_error error;
  banter_callback* callback = banter_callback_new(
      signature.it,
      [](void* result, void* const* arguments, void*) {
        va_list& rest = *static_cast<va_list*>(arguments[1]);
        double sum = 0;
        for (const char* each = *static_cast<const char**>(arguments[0]); *each; each++) {
          sum += *each == 'i' ? va_arg(rest, int) : va_arg(rest, double);
        }
        *static_cast<double*>(result) = sum;
      },
      nullptr, nullptr, &error);
  ASSERT_TRUE(callback) << error.text;
  const auto function =
      reinterpret_cast<double (*)(const char*, ...)>(banter_callback_function(callback));
  EXPECT_EQ(function("idid", 1, 0.5, 2, 0.25), 3.75);
  EXPECT_EQ(function("iiiiiiiidddddddddd", 1, 2, 3, 4, 5, 6, 7, 8, 1., 2., 3., 4., 5., 6., 7., 8.,
                     9., 10.),
            36 + 55);
  banter_callback_free(callback, nullptr);
}

TEST(NativeC, ErrorsAreSentences) {
  const Signature unknown("int f(teapot_t)");
  EXPECT_EQ(unknown.it, nullptr);
  EXPECT_NE(std::string(unknown.error.text).find("teapot_t"), std::string::npos)
      << unknown.error.text;
  EXPECT_EQ(banter_signature_new(nullptr, nullptr, nullptr), nullptr);
}

TEST(NativeC, ManyThreadsMakeCallAndFreeAtTheSameTime) {
  const Signature signature("int (*)(int)");
  std::vector<std::thread> threads;
  std::atomic<long> sum{0};
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; i++) {
        banter_callback* callback = banter_callback_new(
            signature.it,
            [](void* result, void* const* arguments, void*) {
              *static_cast<int*>(result) = *static_cast<int*>(arguments[0]) + 1;
            },
            nullptr, nullptr, nullptr);
        ASSERT_NE(callback, nullptr);
        sum += reinterpret_cast<int (*)(int)>(banter_callback_function(callback))(i) - i;
        banter_callback_free(callback, nullptr);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 8000);
}

}  // namespace
