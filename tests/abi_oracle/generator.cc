#include "generator.h"

#include <fmt/core.h>

#include <algorithm>
#include <random>

#include "abi/declaration.h"
#include "abi/homogeneous.h"
#include "native/host.h"

namespace banter::abi_oracle {
namespace {

using abi::AbiName;

// Windows' convention in a compiler for Linux: functions with the attribute ms_abi, which keep the
// widths of Linux.
bool is_beside_linux(AbiName abi) {
  return abi == AbiName::win_x64 && native::kHostAbi != AbiName::win_x64;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

 private:
  std::mt19937_64 engine_;
};

// The names of types without parts that an ABI's compiler has.
struct Scalars {
  explicit Scalars(AbiName abi) {
    integers = {"_Bool",          "char",   "signed char",  "unsigned char", "short",
                "unsigned short", "int",    "unsigned int", "long",          "unsigned long",
                "long long",      "int8_t", "uint16_t",     "size_t",        "int64_t"};
    floats = {"float", "double", "float", "double", "long double"};
    complex = {"_Complex float", "_Complex double", "_Complex long double"};
    // What `...` can carry: types that default promotions leave alone. [C11 6.5.2.2]
    promoted = {"int",    "unsigned int", "long",   "long long",  "double",
                "void *", "size_t",       "double", "long double"};
    if (abi::has_int128(abi)) {
      integers.insert(integers.end(), {"__int128", "unsigned __int128"});
      if (!is_beside_linux(abi)) promoted.push_back("__int128");
    }
    if (abi == AbiName::win_x64) leave_out_what_differs(is_beside_linux(abi));
  }

  // GCC's long double is never Microsoft's, which is a double.
  void leave_out_what_differs(bool beside_linux) {
    for (auto* list : {&integers, &floats, &complex, &promoted}) {
      std::erase_if(*list, [&](const std::string& name) {
        return name.ends_with("long double") ||
               (beside_linux && (name == "long" || name == "unsigned long"));
      });
    }
  }

  std::vector<std::string> integers, floats, complex, promoted;
};

class TypeMaker {
 public:
  TypeMaker(AbiName abi, Random& random) : abi_(abi), random_(random), scalars_(abi) {}

  std::vector<Definition> definitions(std::size_t count) {
    add_vectors();
    while (made_.size() < count) {
      Definition next{fmt::format("T{}", made_.size()), aggregate()};
      if (size_of(next.text) <= kCellSize && !is_disputed(next.text)) add(std::move(next));
    }
    return made_;
  }

  std::string scalar() {
    const std::size_t kind = random_.below(20);
    if (kind < 9) return random_.pick(scalars_.integers);
    if (kind < 16) return random_.pick(scalars_.floats);
    if (kind < 18) return random_.pick(scalars_.complex);
    return kind == 18 ? "void *" : "const char *";
  }

  std::string any(const std::vector<Definition>& types) {
    return types.empty() || random_.below(5) < 2 ? scalar()
                                                 : types[random_.below(types.size())].name;
  }

  // A fixed parameter of a variadic function. Clang's calls for Apple put narrow ones that are on
  // the stack into 4 bytes each, while its functions look for them in their own size, as for
  // others.
  std::string fixed(const std::vector<Definition>& types) {
    const std::string type = any(types);
    const bool is_narrow_scalar = !names_.contains(type) && size_of(type) < 4;
    return abi_ == AbiName::apple_arm64 && is_narrow_scalar ? "int" : type;
  }

  std::string promoted(const std::vector<Definition>& types) {
    if (types.empty() || random_.below(3) > 0) return random_.pick(scalars_.promoted);
    const std::string& name = types[random_.below(types.size())].name;
    return compiler_contradicts_itself(name) ? random_.pick(scalars_.promoted) : name;
  }

 private:
  void add_vectors() {
    if (abi_ == AbiName::ia32) return;  // needs instructions that Debian's i686 does not assume
    static constexpr const char* kElements[] = {"float",       "double", "int",
                                                "signed char", "short",  "long long"};
    for (int i = 0; i < 4; i++) {
      const char* element = kElements[random_.below(6)];
      add({fmt::format("V{}", i), fmt::format("{} __attribute__((vector_size({})))", element,
                                              random_.one_in(2) ? 8 : 16)});
    }
  }

  void add(Definition definition) {
    names_[definition.name] = definition.text;
    made_.push_back(std::move(definition));
  }

  // Clang before 15 does not see an HFA for Apple where a bit-field of no width is between its
  // members; AAPCS64, GCC and later Clangs do.
  bool is_disputed(const std::string& text) const {
    return abi_ == AbiName::apple_arm64 && text.find(" : 0;") != text.npos && is_homogeneous(text);
  }

  bool is_homogeneous(const std::string& text) const {
    auto type = abi::parse_type(text, abi_, names_);
    return type.ok() && abi::homogeneous(type.value());
  }

  std::size_t alignment_of(const std::string& type_text) const {
    auto type = abi::parse_type(type_text, abi_, names_);
    return type.ok() ? type.value().alignment.count : 1;
  }

  // Nothing for a type that our parser refuses: the oracle says so.
  std::size_t size_of(const std::string& type_text) const {
    auto type = abi::parse_type(type_text, abi_, names_);
    return type.ok() ? type.value().size.count : 0;
  }

  // Where va_arg of GCC does not take what GCC's callers pass for `...`: in a function with ms_abi
  // what is wider than 8 bytes, taken by Linux's rule; on RISC-V what is empty and aligned to 16.
  // And that of Clang for Apple: homogeneous aggregates that are aligned to 16.
  bool compiler_contradicts_itself(const std::string& type) const {
    return is_beside_linux(abi_) || (abi_ == AbiName::riscv_lp64d && size_of(type) == 0) ||
           (abi_ == AbiName::apple_arm64 && is_homogeneous(type) && alignment_of(type) >= 16);
  }

  std::string aggregate() {
    const bool is_union = random_.one_in(6);
    std::string text = is_union ? "union {" : "struct {";
    const std::size_t count = random_.one_in(30) ? 0 : 1 + random_.below(random_.one_in(4) ? 8 : 4);
    // Half of them of one kind: homogeneous aggregates, pairs, arrays of floats.
    const std::string same = random_.one_in(2) ? scalar() : "";
    for (std::size_t i = 0; i < count; i++) {
      text += " " + member(same, fmt::format("m{}", i)) + ";";
    }
    // With members, but none that is named, it has no meaning. [C11 6.7.2.1:8]
    if (count > 0 && text.find(" m") == text.npos) text += " " + scalar() + " m;";
    return text + " }" + attributes(is_union);
  }

  std::string member(const std::string& same, const std::string& name) {
    if (same.empty() && random_.one_in(6)) return bit_field(name);
    std::string type = !same.empty() ? same : random_.one_in(4) ? nested() : scalar();
    std::string text = fmt::format("{} {}", type, name);
    if (random_.one_in(7)) text += fmt::format("[{}]", 1 + random_.below(4));
    if (random_.one_in(40))
      text += fmt::format(" __attribute__((aligned({})))", 8 << random_.below(2));
    return text;
  }

  std::string nested() { return made_.empty() ? scalar() : small_one(); }
  // Large structures in structures would all travel by reference or in memory.
  std::string small_one() { return made_[random_.below(made_.size())].name; }

  std::string bit_field(const std::string& name) {
    static constexpr std::pair<const char*, unsigned> kTypes[] = {
        {"unsigned char", 8},       {"signed char", 8}, {"short", 16},
        {"unsigned int", 32},       {"int", 32},        {"long long", 64},
        {"unsigned long long", 64}, {"_Bool", 1}};
    const auto& [type, width] = kTypes[random_.below(std::size(kTypes))];
    if (random_.one_in(12)) return fmt::format("{} : 0", type);
    const std::size_t bits = 1 + random_.below(width);
    if (random_.one_in(12)) return fmt::format("{} : {}", type, bits);
    return fmt::format("{} {} : {}", type, name, bits);
  }

  std::string attributes(bool is_union) {
    std::string text;
    // Microsoft's unions are as large as a bit-field's whole unit, packed or not; GCC's are not.
    const bool may_be_packed = !(is_union && abi_ == AbiName::win_x64);
    if (random_.one_in(12) && may_be_packed) text += "packed";
    if (random_.one_in(14)) {
      text += fmt::format("{}aligned({})", text.empty() ? "" : ", ", 4 << random_.below(4));
    }
    if (is_beside_linux(abi_)) text += text.empty() ? "ms_struct" : ", ms_struct";
    return text.empty() ? "" : fmt::format(" __attribute__(({}))", text);
  }

  AbiName abi_;
  Random& random_;
  Scalars scalars_;
  std::vector<Definition> made_;
  abi::TypeNames names_;
};

std::string random_convention(AbiName abi, Random& random) {
  static constexpr const char* kConventions[] = {"", "stdcall", "fastcall", "thiscall"};
  return abi == AbiName::ia32 ? kConventions[random.below(4)] : "";
}

Subject random_subject(AbiName abi, Random& random, TypeMaker& maker,
                       const std::vector<Definition>& types) {
  Subject subject;
  subject.result = random.one_in(12) ? "void" : maker.any(types);
  // Mostly few arguments, sometimes enough to fill every row of registers and the stack.
  const std::size_t count = random.one_in(3) ? random.below(kMostParameters + 1) : random.below(9);
  subject.variadic = count > 0 && random.one_in(6);
  subject.fixed_count = subject.variadic ? 1 + random.below(count) : count;
  for (std::size_t i = 0; i < count; i++) {
    subject.parameters.push_back(!subject.variadic         ? maker.any(types)
                                 : i < subject.fixed_count ? maker.fixed(types)
                                                           : maker.promoted(types));
  }
  // The last parameter before `...` must be one that promotions leave alone. [C11 7.16.1.4]
  if (subject.variadic) subject.parameters[subject.fixed_count - 1] = maker.promoted({});
  if (!subject.variadic) subject.convention = random_convention(abi, random);
  return subject;
}

std::string attribute(const Corpus& corpus, const Subject& subject) {
  if (is_beside_linux(corpus.abi)) return "__attribute__((ms_abi)) ";
  return subject.convention.empty() ? "" : fmt::format("__attribute__(({})) ", subject.convention);
}

// va_list and its operations of the callee's own convention.
std::string va(const Corpus& corpus, const char* what) {
  return (is_beside_linux(corpus.abi) ? "__builtin_ms_va_" : "__builtin_va_") + std::string(what);
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

std::string callee(const Corpus& corpus, const Subject& subject, std::size_t number) {
  std::string text = fmt::format("{}{} callee_{}({}) {{\n", attribute(corpus, subject),
                                 subject.result, number, parameter_list(subject, true));
  if (subject.variadic) {
    text += fmt::format("  {} rest;\n  {}(rest, a{});\n", va(corpus, "list"), va(corpus, "start"),
                        subject.fixed_count - 1);
    for (std::size_t i = subject.fixed_count; i < subject.parameters.size(); i++) {
      text += fmt::format("  {0} a{1} = __builtin_va_arg(rest, {0});\n", subject.parameters[i], i);
    }
    text += fmt::format("  {}(rest);\n", va(corpus, "end"));
  }
  text += "  note_alignment();\n";
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

std::string caller(const Corpus& corpus, const Subject& subject, std::size_t number) {
  std::string text = fmt::format("void caller_{}(void (*function)(void)) {{\n", number);
  std::string arguments;
  for (std::size_t i = 0; i < subject.parameters.size(); i++) {
    text += fmt::format("  {0} a{1};\n  memcpy(&a{1}, oracle_out[{1}], sizeof a{1});\n",
                        subject.parameters[i], i);
    arguments += fmt::format("{}a{}", i == 0 ? "" : ", ", i);
  }
  text += fmt::format("  typedef {0}{1} type({2});\n", attribute(corpus, subject), subject.result,
                      parameter_list(subject, false));
  const std::string call = fmt::format("((type *)function)({})", arguments);
  if (subject.result == "void") return text + "  " + call + ";\n}\n";
  return text +
         fmt::format("  {} result = {};\n  memcpy(oracle_answer, &result, sizeof result);\n}}\n",
                     subject.result, call);
}

// The alignment that the ABI promises at a function's entry is what the compiler relies on for this
// local variable.
constexpr const char* kPrologue = R"(
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
void *memcpy(void *, const void *, size_t);
unsigned oracle_misaligned;
static __attribute__((noinline)) void note_alignment(void) {
  __attribute__((aligned(STACK_ALIGNMENT))) char local[STACK_ALIGNMENT];
  char *volatile address = local;
  oracle_misaligned += (uintptr_t)address % STACK_ALIGNMENT != 0;
}
)";

// oracle_guard: everything that a callee must keep is set, and compared after the call.
constexpr const char* kGuardX64 = R"(
__asm__(".text\n.globl oracle_guard\noracle_guard:\n"
        "pushq %rbx\npushq %rbp\npushq %r12\npushq %r13\npushq %r14\npushq %r15\nsubq $8, %rsp\n"
        "movq %rdi, %rax\nmovq %rsi, %rdi\n"
        "movq $0x1111, %rbx\nmovq $0x2222, %rbp\nmovq $0x3333, %r12\nmovq $0x4444, %r13\n"
        "movq $0x5555, %r14\nmovq $0x6666, %r15\n"
        "call *%rax\n"
        "xorl %eax, %eax\n"
        "cmpq $0x1111, %rbx\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x2222, %rbp\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x3333, %r12\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x4444, %r13\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x5555, %r14\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x6666, %r15\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "addq $8, %rsp\npopq %r15\npopq %r14\npopq %r13\npopq %r12\npopq %rbp\npopq %rbx\nret\n");
)";

constexpr const char* kGuardWinX64 = R"(
__asm__(".text\n.globl oracle_guard\noracle_guard:\n"
        "pushq %rbx\npushq %rbp\npushq %rsi\npushq %rdi\n"
        "pushq %r12\npushq %r13\npushq %r14\npushq %r15\nsubq $200, %rsp\n"
        ".irp n, 6,7,8,9,10,11,12,13,14,15\nmovups %xmm\\n, 16*\\n-64(%rsp)\n"
        "movl $\\n, %eax\ncvtsi2sd %eax, %xmm\\n\n.endr\n"
        "movq %rcx, %rax\nmovq %rdx, %rcx\n"
        "movq $0x1111, %rbx\nmovq $0x2222, %rbp\nmovq $0x3333, %rsi\nmovq $0x4444, %rdi\n"
        "movq $0x5555, %r12\nmovq $0x6666, %r13\nmovq $0x7777, %r14\nmovq $0x8888, %r15\n"
        "call *%rax\n"
        "xorl %eax, %eax\n"
        "cmpq $0x1111, %rbx\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x2222, %rbp\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x3333, %rsi\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x4444, %rdi\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x5555, %r12\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x6666, %r13\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x7777, %r14\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpq $0x8888, %r15\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        ".irp n, 6,7,8,9,10,11,12,13,14,15\nmovl $\\n, %ecx\ncvtsi2sd %ecx, %xmm0\n"
        "ucomisd %xmm0, %xmm\\n\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "movups 16*\\n-64(%rsp), %xmm\\n\n.endr\n"
        "addq $200, %rsp\npopq %r15\npopq %r14\npopq %r13\npopq %r12\n"
        "popq %rdi\npopq %rsi\npopq %rbp\npopq %rbx\nret\n");
)";

constexpr const char* kGuardA64 = R"(
__asm__(".text\n.globl oracle_guard\noracle_guard:\n"
        "stp x29, x30, [sp, #-160]!\nmov x29, sp\n"
        "stp x19, x20, [sp, #16]\nstp x21, x22, [sp, #32]\nstp x23, x24, [sp, #48]\n"
        "stp x25, x26, [sp, #64]\nstp x27, x28, [sp, #80]\n"
        "stp d8, d9, [sp, #96]\nstp d10, d11, [sp, #112]\nstp d12, d13, [sp, #128]\n"
        "stp d14, d15, [sp, #144]\n"
        "mov x9, x0\nmov x0, x1\n"
        ".irp n, 19,20,21,22,23,24,25,26,27,28\nmov x\\n, #\\n\n.endr\n"
        ".irp n, 8,9,10,11,12,13,14,15\nfmov d\\n, #\\n\n.endr\n"
        "blr x9\n"
        "mov w0, #0\n"
        ".irp n, 19,20,21,22,23,24,25,26,27,28\ncmp x\\n, #\\n\ncinc w0, w0, ne\n.endr\n"
        ".irp n, 8,9,10,11,12,13,14,15\nfmov d0, #\\n\nfcmp d\\n, d0\ncinc w0, w0, ne\n.endr\n"
        "ldp x19, x20, [sp, #16]\nldp x21, x22, [sp, #32]\nldp x23, x24, [sp, #48]\n"
        "ldp x25, x26, [sp, #64]\nldp x27, x28, [sp, #80]\n"
        "ldp d8, d9, [sp, #96]\nldp d10, d11, [sp, #112]\nldp d12, d13, [sp, #128]\n"
        "ldp d14, d15, [sp, #144]\n"
        "ldp x29, x30, [sp], #160\nret\n");
)";

constexpr const char* kGuardIA32 = R"(
__asm__(".text\n.globl oracle_guard\noracle_guard:\n"
        "pushl %ebx\npushl %esi\npushl %edi\npushl %ebp\nsubl $12, %esp\n"
        "movl 32(%esp), %eax\nmovl 36(%esp), %ecx\nmovl %ecx, (%esp)\n"
        "movl $0x1111, %ebx\nmovl $0x2222, %esi\nmovl $0x3333, %edi\nmovl $0x4444, %ebp\n"
        "call *%eax\n"
        "xorl %eax, %eax\n"
        "cmpl $0x1111, %ebx\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpl $0x2222, %esi\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpl $0x3333, %edi\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "cmpl $0x4444, %ebp\nsetne %cl\nmovzbl %cl, %ecx\naddl %ecx, %eax\n"
        "addl $12, %esp\npopl %ebp\npopl %edi\npopl %esi\npopl %ebx\nret\n");
)";

constexpr const char* kGuardArm32 = R"(
#ifdef __ARM_PCS_VFP
#define FLOATS(text) text
#else
#define FLOATS(text)
#endif
__asm__(".text\n.syntax unified\n.arm\n.balign 4\n"
        ".globl oracle_guard\n.type oracle_guard, %function\noracle_guard:\n"
        "push {r3-r11, lr}\n" FLOATS("vpush {d8-d15}\n")
        "mov ip, r0\nmov r0, r1\n"
        ".irp n, 4,5,6,7,8,9,10,11\nmov r\\n, #\\n\n.endr\n"
        FLOATS(".irp n, 8,9,10,11,12,13,14,15\nvmov.f64 d\\n, #\\n\n.endr\n")
        "blx ip\n"
        "mov r0, #0\n"
        ".irp n, 4,5,6,7,8,9,10,11\ncmp r\\n, #\\n\naddne r0, r0, #1\n.endr\n"
        FLOATS(".irp n, 8,9,10,11,12,13,14,15\nvmov.f64 d0, #\\n\nvcmp.f64 d\\n, d0\n"
               "vmrs APSR_nzcv, fpscr\naddne r0, r0, #1\n.endr\nvpop {d8-d15}\n")
        "pop {r3-r11, pc}\n");
)";

constexpr const char* kGuardRiscV64 = R"(
__asm__(".text\n.globl oracle_guard\noracle_guard:\n"
        "addi sp, sp, -208\nsd ra, 200(sp)\n"
        ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11\n"
        "sd s\\n, 8*\\n(sp)\nfsd fs\\n, 96+8*\\n(sp)\n"
        "li s\\n, 100+\\n\nfcvt.d.l fs\\n, s\\n\n.endr\n"
        "mv t0, a0\nmv a0, a1\njalr t0\n"
        "li a0, 0\n"
        ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11\n"
        "li t0, 100+\\n\nfcvt.d.l ft0, t0\nsub t1, s\\n, t0\nsnez t1, t1\nadd a0, a0, t1\n"
        "feq.d t1, fs\\n, ft0\nxori t1, t1, 1\nadd a0, a0, t1\n"
        "ld s\\n, 8*\\n(sp)\nfld fs\\n, 96+8*\\n(sp)\n.endr\n"
        "ld ra, 200(sp)\naddi sp, sp, 208\nret\n");
)";

const char* guard(AbiName abi) {
  switch (abi) {
    case AbiName::ia32:
      return kGuardIA32;
    case AbiName::aapcs64:
    case AbiName::apple_arm64:
      return kGuardA64;
    case AbiName::aapcs32:
    case AbiName::aapcs32_soft:
      return kGuardArm32;
    case AbiName::riscv_lp64d:
      return kGuardRiscV64;
    default:
      return native::kHostAbi == AbiName::win_x64 ? kGuardWinX64 : kGuardX64;
  }
}

unsigned stack_alignment(AbiName abi) {
  return abi == AbiName::aapcs32 || abi == AbiName::aapcs32_soft ? 8 : 16;
}

}  // namespace

std::string Subject::declaration(const std::string& name) const {
  std::string list;
  for (std::size_t i = 0; i < parameters.size(); i++) {
    if (variadic && i == fixed_count) list += ", ...";
    list += (list.empty() ? "" : ", ") + parameters[i];
  }
  if (variadic && fixed_count == parameters.size()) list += ", ...";
  const std::string word = convention.empty() ? "" : fmt::format("__{} ", convention);
  return fmt::format("{} {}{}({})", result, word, name, list.empty() ? "void" : list);
}

Corpus random_corpus(AbiName abi, std::uint64_t seed, std::size_t count) {
  Random random(seed);
  TypeMaker maker(abi, random);
  Corpus corpus{abi, maker.definitions(std::max<std::size_t>(8, count / 4)), {}};
  for (std::size_t i = 0; i < count; i++) {
    corpus.subjects.push_back(random_subject(abi, random, maker, corpus.types));
  }
  return corpus;
}

std::string guard_source(AbiName abi) {
  return guard(abi);
}

std::string c_source(const Corpus& corpus) {
  std::string text =
      fmt::format("#define STACK_ALIGNMENT {}\n{}", stack_alignment(corpus.abi), kPrologue);
  text += fmt::format(
      "unsigned char oracle_in[{0}][{1}], oracle_out[{0}][{1}], oracle_result[{1}], "
      "oracle_answer[{1}];\n",
      kMostParameters, kCellSize);
  for (const Definition& each : corpus.types) {
    // In a typedef an attribute of a vector stands behind the element's type as well.
    text += fmt::format("typedef {} {};\n", each.text, each.name);
  }
  text += "unsigned oracle_types[][2] = {\n";
  for (const Definition& each : corpus.types) {
    text += fmt::format("  {{sizeof({0}), _Alignof({0})}},\n", each.name);
  }
  text += "};\n";
  for (std::size_t i = 0; i < corpus.subjects.size(); i++) {
    text += callee(corpus, corpus.subjects[i], i) + caller(corpus, corpus.subjects[i], i);
  }
  return text;
}

}  // namespace banter::abi_oracle
