#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "bytecode/decoder.h"
#include "bytecode/disassembler.h"
#include "compiler/compiler_testing.h"
#include "compiler/integer.h"

namespace banter::compiler {
namespace {

using bytecode::Instruction;
using bytecode::Operation;

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    result += c;
    if (c == '\'') result += c;
  }
  return result + "'";
}

struct LiteralPrinter {
  std::string operator()(Nil) const { return "nil"; }
  std::string operator()(bool it) const { return it ? "true" : "false"; }
  std::string operator()(const Integer& it) const { return to_decimal(it); }
  std::string operator()(double it) const { return fmt::format("{:#}", it); }
  std::string operator()(const Fraction& it) const {
    return fmt::format("({}/{})", to_decimal(it.numerator), to_decimal(it.denominator));
  }
  std::string operator()(const ScaledDecimal& it) const {
    return fmt::format("({}/{} asScaledDecimal: {})", to_decimal(it.numerator),
                       to_decimal(it.denominator), it.scale);
  }
  std::string operator()(const Character& it) const {
    return it.code_point > ' ' && it.code_point < 127
               ? fmt::format("${}", static_cast<char>(it.code_point))
               : fmt::format("<character {}>", static_cast<std::uint32_t>(it.code_point));
  }
  std::string operator()(const String& it) const { return quoted(it.utf8); }
  std::string operator()(const Symbol& it) const {
    const bool is_plain =
        !it.utf8.empty() && it.utf8.find_first_of(" '()[]{}.") == std::string::npos;
    return "#" + (is_plain ? it.utf8 : quoted(it.utf8));
  }
  std::string operator()(const ByteArray& it) const {
    return fmt::format("#[{}]", fmt::join(it.bytes, " "));
  }
  std::string operator()(const Literal::Array& it) const {
    std::vector<std::string> elements;
    for (const Literal& element : it) elements.push_back(literal_text(element));
    return fmt::format("#({})", fmt::join(elements, " "));
  }
  std::string operator()(const Binding& it) const {
    return it.owner.empty() ? it.name : it.owner + "." + it.name;
  }
  std::string operator()(const Literal::Block&) const { return "<block>"; }
  std::string operator()(ClassBinding) const { return "<class>"; }
  std::string operator()(MethodState) const { return "<state>"; }
  std::string operator()(OuterCode) const { return "<outer>"; }
};

void append_code(std::string& result, const Code& code, const std::string& heading,
                 const std::string& indent) {
  result += fmt::format("{}{}: {} args, {} temps, {} deep{}\n", indent, heading, code.num_args,
                        code.num_temps, code.max_stack, code.large_frame ? ", large" : "");
  if (!code.temp_names.empty()) {
    result += fmt::format("{}temps: {}\n", indent, fmt::join(code.temp_names, " "));
  }
  bytecode::OperandNames names;
  names.literal = [&](std::uint32_t index) {
    const Literal& literal = code.literals[index];
    return std::holds_alternative<Literal::Block>(literal.value) ? fmt::format("<block {}>", index)
                                                                 : literal_text(literal);
  };
  const std::string lines = bytecode::disassemble(code.bytecodes, names);
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = lines.find('\n', begin) + 1;
    result += indent + "  " + lines.substr(begin, end - begin);
    begin = end;
  }
  for (std::size_t i = 0; i < code.literals.size(); ++i) {
    if (const auto* block = std::get_if<Literal::Block>(&code.literals[i].value)) {
      append_code(result, **block,
                  fmt::format("block {}{}, {} copied", i,
                              (*block)->needs_home ? ", needs home" : "", (*block)->num_copied),
                  indent + "  ");
    }
  }
}

// Follows every path through one method or block.
class CodeChecker {
 public:
  CodeChecker(const Code& code, bool is_block) : code_(code), is_block_(is_block) {}

  std::string check() {
    if (code_.temp_names.size() != code_.num_temps) return "temp_names disagree with num_temps";
    if (code_.num_args > code_.num_temps) return "more arguments than temporaries";
    const unsigned slots = code_.num_temps + code_.max_stack;
    if (slots > bytecode::kLargeFrameSlots) return "too many slots";
    if (code_.large_frame != (slots > bytecode::kSmallFrameSlots)) return "large_frame is wrong";
    reach(0, 0);
    while (!pending_.empty() && problem_.empty()) {
      const std::uint32_t pc = pending_.back();
      pending_.pop_back();
      step(pc);
    }
    if (problem_.empty() && deepest_ != code_.max_stack) problem_ = "max_stack is not exact";
    return problem_;
  }

 private:
  void reach(std::int64_t pc, unsigned depth) {
    if (pc < 0 || pc >= static_cast<std::int64_t>(code_.bytecodes.size())) {
      problem_ = fmt::format("control leaves the code at {}", pc);
      return;
    }
    const auto [place, is_new] = depths_.emplace(static_cast<std::uint32_t>(pc), depth);
    if (is_new) {
      pending_.push_back(static_cast<std::uint32_t>(pc));
    } else if (place->second != depth) {
      problem_ = fmt::format("the depth at {} is {} and {}", pc, place->second, depth);
    }
  }

  void step(std::uint32_t pc) {
    const auto instruction = bytecode::decode(code_.bytecodes, pc);
    if (!instruction) {
      problem_ = fmt::format("truncated at {}", pc);
      return;
    }
    for (std::uint32_t inside = pc + 1; inside < instruction->next_pc; ++inside) {
      if (depths_.contains(inside)) problem_ = fmt::format("a jump into the instruction at {}", pc);
    }
    if (!operands_in_range(*instruction)) {
      problem_ = fmt::format("an operand is out of range at {}", pc);
      return;
    }
    const unsigned depth = depths_.at(pc);
    if (instruction->operation == Operation::call_primitive) {
      skip_primitive(*instruction);
      return;
    }
    if (instruction->pops() > depth) {
      problem_ = fmt::format("the stack is empty at {}", pc);
      return;
    }
    const unsigned after = depth - instruction->pops() + instruction->pushes();
    deepest_ = std::max({deepest_, after});
    if (instruction->is_return()) {
      if (!is_block_ && instruction->operation >= Operation::block_return_nil) {
        problem_ = "a block's return in a method";
      }
      return;
    }
    if (instruction->is_jump()) reach(instruction->target, after);
    if (instruction->operation != Operation::jump) reach(instruction->next_pc, after);
  }

  // The store behind callPrimitive is not executed.
  void skip_primitive(const Instruction& instruction) {
    if (instruction.pc != 0 || is_block_) problem_ = "callPrimitive is not the first instruction";
    const auto next = bytecode::decode(code_.bytecodes, instruction.next_pc);
    const bool is_store = next && next->operation == Operation::store_into_temp;
    reach(is_store ? next->next_pc : instruction.next_pc, 0);
  }

  template <class T>
  bool literal_is(std::uint32_t index) const {
    return index < code_.literals.size() && std::holds_alternative<T>(code_.literals[index].value);
  }

  bool operands_in_range(const Instruction& it) const {
    switch (it.operation) {
      case Operation::push_literal:
        return it.index < code_.literals.size();
      case Operation::push_literal_variable:
        return literal_is<Binding>(it.index) || literal_is<ClassBinding>(it.index);
      case Operation::pop_into_literal_variable:
      case Operation::store_into_literal_variable:
        return literal_is<Binding>(it.index);
      case Operation::push_temp:
      case Operation::pop_into_temp:
      case Operation::store_into_temp:
        return it.index < code_.num_temps;
      case Operation::push_remote_temp:
      case Operation::pop_into_remote_temp:
      case Operation::store_into_remote_temp:
        return it.count < code_.num_temps;
      case Operation::push_closure:
        return literal_is<Literal::Block>(it.index) &&
               std::get<Literal::Block>(code_.literals[it.index].value)->num_copied == it.count;
      case Operation::send:
      case Operation::super_send:
      case Operation::directed_super_send:
        return literal_is<Symbol>(it.index) && it.count <= 15 &&
               !(is_block_ && it.operation == Operation::super_send);
      case Operation::unassigned:
      case Operation::trap:
      case Operation::inlined_primitive:
        return false;
      default:
        return true;
    }
  }

  const Code& code_;
  bool is_block_;
  std::map<std::uint32_t, unsigned> depths_;
  std::vector<std::uint32_t> pending_;
  unsigned deepest_ = 0;
  std::string problem_;
};

std::string problem_in(const Code& code, bool is_block) {
  std::string problem = CodeChecker(code, is_block).check();
  for (const Literal& literal : code.literals) {
    if (!problem.empty()) break;
    if (const auto* block = std::get_if<Literal::Block>(&literal.value)) {
      problem = problem_in(**block, true);
    }
  }
  return problem;
}

}  // namespace

std::optional<std::uint32_t> SampleScope::instance_variable(std::string_view name) const {
  if (name == "first") return 0;
  if (name == "second") return 1;
  if (name == "ninth") return 8;
  if (name == "twentieth") return 19;
  return std::nullopt;
}

std::optional<Binding> SampleScope::lookup(std::string_view name) {
  if (name == "Shared" || name == "Count") return Binding{std::string(name), "Sample", true, 0};
  for (const char* global : {"Array", "Object", "OrderedCollection", "Transcript"}) {
    if (name == global) return Binding{global, "", name == "Transcript", 0};
  }
  if (std::find(declared.begin(), declared.end(), name) != declared.end()) {
    return Binding{std::string(name), "script", true, 0};
  }
  return std::nullopt;
}

std::optional<Binding> SampleScope::declare(std::string_view name) {
  if (!allows_script_variables) return std::nullopt;
  declared.emplace_back(name);
  return Binding{std::string(name), "script", true, 0};
}

std::vector<std::string> SampleScope::known_names() const {
  return {"first", "second", "Shared", "Object", "OrderedCollection", "Transcript"};
}

std::string literal_text(const Literal& literal) {
  return std::visit(LiteralPrinter{}, literal.value);
}

std::string code_text(const MethodCode& method) {
  std::string result;
  append_code(result, method, method.selector, "");
  if (method.primitive != 0) result += fmt::format("primitive: {}\n", method.primitive);
  for (const Pragma& pragma : method.pragmas) {
    result += fmt::format("pragma: {} {}\n", pragma.selector,
                          literal_text({Literal::Array(pragma.arguments)}));
  }
  std::vector<std::string> literals;
  for (const Literal& literal : method.literals) literals.push_back(literal_text(literal));
  result += fmt::format("literals: {}\n", fmt::join(literals, " "));
  return result;
}

std::string code_problem(const MethodCode& method) {
  return problem_in(method, false);
}

MethodCode compiled(const std::string& text) {
  SampleScope scope;
  auto result = compile_method(SourceText{text, "sample.st", 1, 1}, scope);
  if (result.ok()) return std::move(result).value();
  ADD_FAILURE() << result.error().render();
  return {};
}

MethodCode compiled_doit(const std::string& text) {
  SampleScope scope;
  auto result = compile_doit(SourceText{text, "sample.st", 1, 1}, scope);
  if (result.ok()) return std::move(result).value();
  ADD_FAILURE() << result.error().render();
  return {};
}

std::string error_of(const std::string& text) {
  SampleScope scope;
  auto result = compile_method(SourceText{text, "sample.st", 1, 1}, scope);
  if (!result.ok()) return result.error().render();
  ADD_FAILURE() << "compiles: " << text;
  return "";
}

}  // namespace banter::compiler
