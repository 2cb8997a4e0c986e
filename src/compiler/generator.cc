#include "compiler/generator.h"

#include <fmt/format.h>

#include "compiler/function_generator.h"
#include "compiler/scanner.h"

namespace banter::compiler {
namespace {

constexpr std::uint16_t kNamedPrimitive = 117;
constexpr std::uint16_t kMaxPrimitive = 0x7FFF;

// Methods that only answer the receiver, a constant or a variable need no frame.
constexpr std::uint16_t kQuickReceiver = 256;
constexpr std::uint16_t kQuickTrue = 257;
constexpr std::uint16_t kQuickFalse = 258;
constexpr std::uint16_t kQuickNil = 259;
constexpr std::uint16_t kQuickMinusOne = 260;  // and 0, 1, 2 behind it
constexpr std::uint16_t kQuickVariable = 264;
constexpr std::uint16_t kLastQuick = 519;

class MethodGenerator {
 public:
  MethodGenerator(const MethodNode& method, const Function& function, const SourceText& source,
                  const Scope& scope, bool is_doit)
      : method_(method),
        function_(function),
        source_(source),
        is_doit_(is_doit),
        instances_are_contexts_(scope.instances_are_contexts()),
        generator_(function, source, instances_are_contexts_) {}

  MethodCode run() {
    MethodCode code;
    code.selector = method_.selector;
    for (const PragmaNode& node : method_.pragmas) {
      if (node.pragma.selector.starts_with("primitive:")) read_primitive(node, code);
      code.pragmas.push_back(node.pragma);
    }
    if (code.primitive == 0) code.primitive = quick_primitive();
    if (code.primitive != 0) generator_.call_primitive(code.primitive, error_variable_);
    generator_.body(is_doit_ ? Want::method_return : Want::effect);
    generator_.finish(code);
    code.literals.push_back({MethodState{}});
    code.literals.push_back({ClassBinding{}});
    return code;
  }

 private:
  [[noreturn]] void fail(const PragmaNode& node, std::string message) const {
    throw Failure{error_at(source_, node.begin, node.end - node.begin, std::move(message))};
  }

  // The argument of one keyword of the pragma, or nullptr.
  static const Literal* pragma_argument(const Pragma& pragma, std::string_view keyword) {
    std::string_view rest = pragma.selector;
    for (const Literal& argument : pragma.arguments) {
      const std::size_t length = rest.find(':') + 1;
      if (rest.substr(0, length) == keyword) return &argument;
      rest.remove_prefix(length);
    }
    return nullptr;
  }

  static const std::string* text_of(const Literal* literal) {
    if (literal == nullptr) return nullptr;
    if (const auto* string = std::get_if<String>(&literal->value)) return &string->utf8;
    if (const auto* symbol = std::get_if<Symbol>(&literal->value)) return &symbol->utf8;
    return nullptr;
  }

  void read_primitive(const PragmaNode& node, MethodCode& code) {
    if (code.primitive != 0) fail(node, "a method has only one primitive");
    if (!node.error_variable.name.empty()) error_variable_ = node.error_variable.variable;
    const Literal& which = node.pragma.arguments[0];
    if (const auto* number = std::get_if<Integer>(&which.value)) {
      if (!number->is_small() || number->small_value() < 1 ||
          number->small_value() > kMaxPrimitive) {
        fail(node, fmt::format("a primitive's number must be between 1 and {}", kMaxPrimitive));
      }
      code.primitive = static_cast<std::uint16_t>(number->small_value());
      return;
    }
    const std::string* name = text_of(&which);
    if (name == nullptr) fail(node, "a primitive must be a number or a name");
    const std::string* module = text_of(pragma_argument(node.pragma, "module:"));
    code.primitive = kNamedPrimitive;
    const Literal module_literal = module != nullptr ? Literal{String{*module}} : Literal{Nil{}};
    const Literal zero{Integer{}};
    generator_.reserve_literal({Literal::Array{module_literal, {String{*name}}, zero, zero}});
  }

  // What the only statement's value makes of the method, or 0.
  std::uint16_t quick_primitive() const {
    if (!function_.arguments.empty() || !function_.locals.empty() || is_doit_) return 0;
    const std::span<Node*> statements = function_.node->statements;
    if (statements.empty()) return kQuickReceiver;
    if (statements.size() > 1 || statements[0]->kind != NodeKind::return_) return 0;
    Node& value = *statements[0]->as<ReturnNode>().value;
    if (value.kind == NodeKind::variable) return quick_variable(value.as<VariableNode>());
    if (value.kind != NodeKind::literal) return 0;
    const auto* integer = std::get_if<Integer>(&value.as<LiteralNode>().value.value);
    if (integer == nullptr || !integer->is_small()) return 0;
    const std::int64_t number = integer->small_value();
    if (number < -1 || number > 2) return 0;
    return static_cast<std::uint16_t>(kQuickMinusOne + 1 + number);
  }

  std::uint16_t quick_variable(const VariableNode& node) const {
    switch (node.meaning) {
      case NameKind::self:
      case NameKind::super:
        return kQuickReceiver;
      case NameKind::true_:
        return kQuickTrue;
      case NameKind::false_:
        return kQuickFalse;
      case NameKind::nil:
        return kQuickNil;
      case NameKind::receiver_variable:
        if (instances_are_contexts_ || node.index > kLastQuick - kQuickVariable) return 0;
        return static_cast<std::uint16_t>(kQuickVariable + node.index);
      default:
        return 0;
    }
  }

  const MethodNode& method_;
  const Function& function_;
  const SourceText& source_;
  bool is_doit_;
  bool instances_are_contexts_;
  const Variable* error_variable_ = nullptr;
  FunctionGenerator generator_;
};

}  // namespace

MethodCode generate(const MethodNode& method, const Function& function, const SourceText& source,
                    const Scope& scope, bool is_doit) {
  return MethodGenerator(method, function, source, scope, is_doit).run();
}

}  // namespace banter::compiler
