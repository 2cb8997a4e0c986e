// abi_oracle_test.cc -- our plans against the platform's C compiler, out and in.
#include <dlfcn.h>
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "generator.h"
#include "native/marshal.h"
#include "native/thunk.h"

namespace banter::abi_oracle {
namespace {

struct Options {
  std::uint64_t seed = 20250301;
  std::size_t count = 400;
  bool keep = false;
} options;

using Cell = unsigned char[16];

// The compiled library and its cells.
class Library {
 public:
  explicit Library(const std::vector<Subject>& subjects) {
    char name[] = "/tmp/abi_oracle_XXXXXX";
    folder_ = mkdtemp(name);
    std::ofstream(folder_ / "oracle.c") << c_source(subjects);
    const std::string command = fmt::format(
        BANTER_C_COMPILER " -std=gnu11 -O1 -w -shared -fPIC -o {0}/oracle.so {0}/oracle.c",
        folder_.string());
    if (std::system(command.c_str()) != 0) {
      ADD_FAILURE() << command;
      return;
    }
    handle_ = dlopen((folder_ / "oracle.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) ADD_FAILURE() << dlerror();
  }
  ~Library() {
    if (handle_ != nullptr) dlclose(handle_);
    if (!options.keep) std::filesystem::remove_all(folder_);
    if (options.keep) fmt::print("kept {}\n", folder_.string());
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  bool loaded() const { return handle_ != nullptr; }
  void* symbol(const std::string& name) const { return dlsym(handle_, name.c_str()); }
  Cell* cells(const char* name) const { return static_cast<Cell*>(symbol(name)); }

 private:
  std::filesystem::path folder_;
  void* handle_ = nullptr;
};

// Random bits of a value, integers widened, a bool 0 or 1.
std::uint64_t random_bits(std::mt19937_64& engine, abi::ValueKind kind) {
  const std::uint64_t bits = engine();
  switch (kind) {
    case abi::ValueKind::boolean:
      return bits & 1;
    case abi::ValueKind::int8:
      return static_cast<std::uint64_t>(static_cast<std::int8_t>(bits));
    case abi::ValueKind::uint8:
      return static_cast<std::uint8_t>(bits);
    case abi::ValueKind::int16:
      return static_cast<std::uint64_t>(static_cast<std::int16_t>(bits));
    case abi::ValueKind::uint16:
      return static_cast<std::uint16_t>(bits);
    case abi::ValueKind::int32:
      return static_cast<std::uint64_t>(static_cast<std::int32_t>(bits));
    case abi::ValueKind::uint32:
      return static_cast<std::uint32_t>(bits);
    // A signalling NaN may be quieted when it is copied: no exponent of all ones.
    case abi::ValueKind::float32:
      return bits & 0xBFFFFFFF;
    case abi::ValueKind::float64:
      return bits & 0xBFFFFFFFFFFFFFFF;
    default:
      return bits;
  }
}

struct Expectation {
  const Subject* subject;
  const abi::Signature* signature;
  const abi::CallPlan* plan;
  std::vector<std::uint64_t> arguments;
  std::uint64_t result;
  int called = 0;
};

bool same_bytes(std::uint64_t a, std::uint64_t b, abi::Bytes size) {
  return std::memcmp(&a, &b, size.count) == 0;
}

std::string where(const Expectation& expected) {
  return expected.subject->declaration("f") + "\n" +
         abi::explain(*expected.signature, *expected.plan);
}

// C calls this through a thunk.
void callback_handler(native::VMCallbackContext* context) {
  auto& expected = *static_cast<Expectation*>(context->record->user);
  expected.called++;
  const auto& steps = expected.plan->argument_steps;
  for (std::size_t i = 0; i < steps.size();) {
    const std::size_t argument = steps[i].argument;
    const std::uint64_t bits = native::argument_bits(*context, steps, i);
    EXPECT_TRUE(same_bytes(bits, expected.arguments[argument],
                           expected.signature->parameters[argument].type.size))
        << "callback, argument " << argument << " of " << where(expected);
  }
  context->rvs.valword64 = expected.result;
  context->return_code = native::return_code_of(expected.plan->result.type.value);
}

class Oracle {
 public:
  explicit Oracle(const Library& library) : library_(library) {
    request_.handler = callback_handler;
    request_.owner = &native::ThunkAllocator::instance().add_owner(nullptr, nullptr);
  }

  void check_callout(const Expectation& expected, std::size_t number) {
    const abi::CallPlan& plan = *expected.plan;
    std::memset(library_.cells("oracle_in"), 0xEE, 32 * sizeof(Cell));
    std::memcpy(library_.cells("oracle_result"), &expected.result, 8);
    native::CallFrame frame;
    native::StackArea stack(plan.stack_size);
    for (const abi::Step& step : plan.argument_steps) {
      native::store_piece(frame, stack, step, expected.arguments[step.argument]);
    }
    native::complete_frame(frame, stack.data(), plan);
    native::call(frame,
                 reinterpret_cast<void (*)()>(library_.symbol(fmt::format("callee_{}", number))));
    for (std::size_t i = 0; i < expected.arguments.size(); i++) {
      EXPECT_EQ(0, std::memcmp(library_.cells("oracle_in")[i], &expected.arguments[i],
                               expected.signature->parameters[i].type.size.count))
          << "callout, argument " << i << " of " << where(expected);
    }
    EXPECT_TRUE(same_bytes(native::result_bits(frame, plan), expected.result,
                           expected.signature->result.size))
        << "callout, result of " << where(expected);
  }

  void check_callback(Expectation& expected, std::size_t number) {
    request_.user = &expected;
    auto thunk = native::ThunkAllocator::instance().allocate(request_);
    ASSERT_TRUE(thunk.ok()) << thunk.error().message;
    for (std::size_t i = 0; i < expected.arguments.size(); i++) {
      std::memcpy(library_.cells("oracle_out")[i], &expected.arguments[i], 8);
    }
    std::memset(library_.cells("oracle_answer"), 0xEE, sizeof(Cell));
    using Caller = void (*)(void*);
    reinterpret_cast<Caller>(library_.symbol(fmt::format("caller_{}", number)))(
        thunk.value()->thunk);
    EXPECT_EQ(expected.called, 1) << where(expected);
    EXPECT_EQ(0, std::memcmp(library_.cells("oracle_answer"), &expected.result,
                             expected.signature->result.size.count))
        << "callback, result of " << where(expected);
    native::ThunkAllocator::instance().free(*thunk.value());
  }

 private:
  const Library& library_;
  native::ThunkRequest request_;
};

TEST(AbiOracle, PlansAgreeWithTheCompiler) {
  const auto subjects = random_subjects(options.seed, options.count);
  const Library library(subjects);
  ASSERT_TRUE(library.loaded());
  Oracle oracle(library);
  std::mt19937_64 engine(options.seed);
  for (std::size_t i = 0; i < subjects.size(); i++) {
    auto signature = abi::parse_signature(subjects[i].declaration("f"), native::kHostAbi);
    ASSERT_TRUE(signature.ok()) << signature.error().message;
    auto plan = abi::classify(native::kHostAbi, signature.value());
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    Expectation expected{&subjects[i], &signature.value(), &plan.value(), {}, 0};
    for (const abi::Parameter& each : signature.value().parameters) {
      expected.arguments.push_back(random_bits(engine, each.type.value));
    }
    expected.result = random_bits(engine, signature.value().result.value);
    oracle.check_callout(expected, i);
    oracle.check_callback(expected, i);
    if (testing::Test::HasFailure()) {
      FAIL() << "signature " << i << " of seed " << options.seed;
    }
  }
  RecordProperty("signatures", static_cast<int>(subjects.size()));
}

}  // namespace

void read_options(int argc, char** argv) {
  for (int i = 1; i < argc; i++) {
    const std::string each = argv[i];
    if (each.starts_with("--seed=")) options.seed = std::stoull(each.substr(7));
    if (each.starts_with("--count=")) options.count = std::stoull(each.substr(8));
    if (each == "--keep") options.keep = true;
  }
}

}  // namespace banter::abi_oracle

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  banter::abi_oracle::read_options(argc, argv);
  return RUN_ALL_TESTS();
}
