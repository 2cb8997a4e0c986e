#include "generator.h"

#include <fmt/core.h>

#include <random>

namespace banter::abi_oracle {
namespace {

constexpr const char* kTypes[] = {
    "_Bool",   "char",         "signed char",  "unsigned char", "short",     "unsigned short",
    "int",     "unsigned int", "long",         "unsigned long", "long long", "float",
    "double",  "void *",       "const char *", "int8_t",        "uint16_t",  "size_t",
    "int64_t", "float",        "double",       "double",        "int",
};
// What `...` can carry: types that default promotions leave alone. [C11 6.5.2.2]
constexpr const char* kPromoted[] = {"int",    "unsigned int", "long",   "long long",
                                     "double", "void *",       "size_t", "double"};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }

 private:
  std::mt19937_64 engine_;
};

template <std::size_t N>
std::string pick(Random& random, const char* const (&types)[N]) {
  return types[random.below(N)];
}

Subject random_subject(Random& random) {
  Subject subject;
  subject.result = random.below(12) == 0 ? "void" : pick(random, kTypes);
  // Mostly few arguments, sometimes enough to fill every row of registers and the stack.
  const std::size_t count = random.below(3) == 0 ? random.below(28) : random.below(9);
  subject.variadic = count > 0 && random.below(6) == 0;
  subject.fixed_count = subject.variadic ? 1 + random.below(count) : count;
  for (std::size_t i = 0; i < count; i++) {
    subject.parameters.push_back(i < subject.fixed_count ? pick(random, kTypes)
                                                         : pick(random, kPromoted));
  }
  // The last parameter before `...` must be one that promotions leave alone. [C11 7.16.1.4]
  if (subject.variadic) subject.parameters[subject.fixed_count - 1] = pick(random, kPromoted);
  return subject;
}

// "int, double, ..." or "void"; with names a0, a1 ... if asked for.
std::string parameter_list(const Subject& subject, bool named) {
  std::string text;
  for (std::size_t i = 0; i < subject.fixed_count; i++) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", subject.parameters[i]);
    if (named) text += fmt::format(" a{}", i);
  }
  if (subject.variadic) text += ", ...";
  return text.empty() ? "void" : text;
}

std::string callee(const Subject& subject, std::size_t number) {
  std::string text =
      fmt::format("{} callee_{}({}) {{\n", subject.result, number, parameter_list(subject, true));
  if (subject.variadic) {
    text += fmt::format("  va_list rest;\n  va_start(rest, a{});\n", subject.fixed_count - 1);
    for (std::size_t i = subject.fixed_count; i < subject.parameters.size(); i++) {
      text += fmt::format("  {0} a{1} = va_arg(rest, {0});\n", subject.parameters[i], i);
    }
    text += "  va_end(rest);\n";
  }
  for (std::size_t i = 0; i < subject.parameters.size(); i++) {
    text += fmt::format("  memcpy(oracle_in[{0}], &a{0}, sizeof a{0});\n", i);
  }
  if (subject.result != "void") {
    text += fmt::format(
        "  {} result;\n  memcpy(&result, oracle_result, sizeof result);\n"
        "  return result;\n",
        subject.result);
  }
  return text + "}\n";
}

std::string caller(const Subject& subject, std::size_t number) {
  std::string text = fmt::format("void caller_{}(void (*function)(void)) {{\n", number);
  std::string arguments;
  for (std::size_t i = 0; i < subject.parameters.size(); i++) {
    text += fmt::format("  {0} a{1};\n  memcpy(&a{1}, oracle_out[{1}], sizeof a{1});\n",
                        subject.parameters[i], i);
    arguments += fmt::format("{}a{}", i == 0 ? "" : ", ", i);
  }
  const std::string call = fmt::format("(({} (*)({}))function)({})", subject.result,
                                       parameter_list(subject, false), arguments);
  if (subject.result == "void") return text + "  " + call + ";\n}\n";
  return text +
         fmt::format("  {} result = {};\n  memcpy(oracle_answer, &result, sizeof result);\n}}\n",
                     subject.result, call);
}

}  // namespace

std::string Subject::declaration(const std::string& name) const {
  std::string list;
  for (std::size_t i = 0; i < parameters.size(); i++) {
    if (variadic && i == fixed_count) list += ", ...";
    list += (list.empty() ? "" : ", ") + parameters[i];
  }
  if (variadic && fixed_count == parameters.size()) list += ", ...";
  return fmt::format("{} {}({})", result, name, list.empty() ? "void" : list);
}

std::vector<Subject> random_subjects(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<Subject> subjects;
  for (std::size_t i = 0; i < count; i++) subjects.push_back(random_subject(random));
  return subjects;
}

std::string c_source(const std::vector<Subject>& subjects) {
  std::string text =
      "#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n"
      "unsigned char oracle_in[32][16], oracle_out[32][16], oracle_result[16], "
      "oracle_answer[16];\n";
  for (std::size_t i = 0; i < subjects.size(); i++) {
    text += callee(subjects[i], i) + caller(subjects[i], i);
  }
  return text;
}

}  // namespace banter::abi_oracle
