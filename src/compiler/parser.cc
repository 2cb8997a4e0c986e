#include "compiler/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "bytecode/encoder.h"
#include "compiler/literal_parser.h"

namespace banter::compiler {
namespace {

constexpr std::string_view kReserved[] = {"self", "super", "true", "false", "nil", "thisContext"};

bool is_reserved(std::string_view name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

class Parser {
 public:
  Parser(const SourceText& source, Arena& arena)
      : scanner_(source), tokens_(scanner_), arena_(arena) {}

  MethodNode method() {
    MethodNode result;
    std::vector<Declaration> arguments;
    parse_pattern(result, arguments);
    result.body = arena_.make<BlockNode>();
    result.body->kind = NodeKind::block;
    result.body->arguments = arena_.copy(arguments);
    parse_body(result);
    return result;
  }

  MethodNode doit() {
    MethodNode result;
    result.selector = "DoIt";
    result.body = arena_.make<BlockNode>();
    result.body->kind = NodeKind::block;
    parse_body(result);
    return result;
  }

 private:
  // Counts nesting while it lives.
  struct Nesting {
    Nesting(Parser& parser, const Token& token) : parser_(parser) {
      if (++parser_.nesting_ > kMaxNesting) {
        parser_.scanner_.fail(token, fmt::format("nested more than {} deep", kMaxNesting));
      }
    }
    ~Nesting() { --parser_.nesting_; }
    Parser& parser_;
  };

  const Token& token() const { return tokens_.current(); }
  Token take() { return tokens_.take(); }
  bool at(TokenKind kind) const { return token().is(kind); }
  [[noreturn]] void fail_expected(std::string_view what) {
    if (at(TokenKind::end)) {
      scanner_.fail(token(), fmt::format("expected {}, but the text ends here", what));
    }
    scanner_.fail(token(), fmt::format("expected {}, not '{}'", what, token().text));
  }
  Token expect(TokenKind kind, std::string_view what) {
    if (!at(kind)) fail_expected(what);
    return take();
  }

  Declaration declare(const char* what) {
    const Token name = expect(TokenKind::identifier, what);
    if (is_reserved(name.text)) {
      scanner_.fail(name, fmt::format("'{}' cannot be declared", name.text));
    }
    return {name.text, name.begin, name.end, nullptr};
  }

  void check_argument_count(std::size_t count, const Token& last) {
    if (count > bytecode::kMaxArguments) {
      scanner_.fail(last, fmt::format("more than {} arguments", bytecode::kMaxArguments));
    }
  }

  void parse_pattern(MethodNode& result, std::vector<Declaration>& arguments) {
    if (at(TokenKind::identifier)) {
      result.selector = take().text;
    } else if (at(TokenKind::binary)) {
      result.selector = take().text;
      arguments.push_back(declare("the name of the argument"));
    } else if (at(TokenKind::keyword)) {
      while (at(TokenKind::keyword)) {
        result.selector += take().text;
        check_argument_count(arguments.size() + 1, token());
        arguments.push_back(declare("the name of the argument"));
      }
    } else {
      fail_expected("the pattern of a method");
    }
  }

  // Pragmas and temporaries in any order, statements, the end of the text.
  void parse_body(MethodNode& result) {
    std::vector<Declaration> temporaries;
    for (;;) {
      if (token().is_binary("<")) {
        parse_pragma(result);
      } else if (token().is_binary("|") || token().is_binary("||")) {
        parse_temporaries(temporaries);
      } else {
        break;
      }
    }
    BlockNode& body = *result.body;
    body.temporaries = arena_.copy(temporaries);
    body.statements = parse_statements();
    if (!at(TokenKind::end)) fail_stray();
    body.end = token().begin;
    std::sort(assigned_names_.begin(), assigned_names_.end());
    result.assigned_names = std::move(assigned_names_);
  }

  // At a token that can neither continue a statement nor end one.
  [[noreturn]] void fail_stray() {
    const Token& stray = token();
    switch (stray.kind) {
      case TokenKind::close_parenthesis:
      case TokenKind::close_bracket:
      case TokenKind::close_brace:
        scanner_.fail(stray, fmt::format("'{}' closes nothing", stray.text));
      case TokenKind::assign:
        scanner_.fail(stray, "only a variable can be assigned to");
      default:
        scanner_.fail(stray,
                      fmt::format("expected the end of the statement, not '{}'", stray.text));
    }
  }

  void parse_temporaries(std::vector<Declaration>& temporaries) {
    if (take().text == "||") return;
    while (at(TokenKind::identifier)) temporaries.push_back(declare("the name of a temporary"));
    if (!token().is_binary("|")) fail_expected("the name of a temporary, or '|'");
    take();
  }

  // <selector> <keyword: literal ...> <binary literal>
  void parse_pragma(MethodNode& result) {
    PragmaNode node;
    node.begin = take().begin;
    if (at(TokenKind::identifier)) {
      node.pragma.selector = take().text;
    } else if (at(TokenKind::binary) && token().text != ">") {
      node.pragma.selector = take().text;
      node.pragma.arguments.push_back(pragma_argument(node));
    } else if (at(TokenKind::keyword)) {
      while (at(TokenKind::keyword)) {
        last_pragma_keyword_ = token().text;
        node.pragma.selector += take().text;
        node.pragma.arguments.push_back(pragma_argument(node));
      }
    } else {
      fail_expected("the selector of a pragma");
    }
    if (!token().is_binary(">")) fail_expected("'>' at the end of the pragma");
    node.end = take().end;
    result.pragmas.push_back(std::move(node));
  }

  Literal pragma_argument(PragmaNode& node) {
    if (!at(TokenKind::identifier)) return parse_literal(tokens_, 0);
    const Token name = token();
    // `error: name` declares a temporary.
    if (last_pragma_keyword_ == "error:" && node.pragma.selector.starts_with("primitive:")) {
      node.error_variable = declare("the name of the variable for the error");
      return {Symbol{std::string(name.text)}};
    }
    return parse_literal(tokens_, 0);
  }

  bool at_statements_end() const {
    return at(TokenKind::end) || at(TokenKind::close_bracket) || at(TokenKind::close_brace) ||
           at(TokenKind::close_parenthesis);
  }

  std::span<Node*> parse_statements() {
    std::vector<Node*> statements;
    for (;;) {
      while (at(TokenKind::period)) take();
      if (at_statements_end()) break;
      const bool returns = at(TokenKind::caret);
      statements.push_back(returns ? parse_return() : parse_expression());
      if (!at(TokenKind::period)) break;
      if (!returns) continue;
      while (at(TokenKind::period)) take();
      if (!at_statements_end()) scanner_.fail(token(), "a statement behind '^' is never reached");
    }
    return arena_.copy(statements);
  }

  Node* parse_return() {
    auto* node = arena_.make<ReturnNode>();
    node->kind = NodeKind::return_;
    node->begin = take().begin;
    node->value = parse_expression();
    node->end = tokens_.previous_end();
    return node;
  }

  Node* parse_expression() {
    const Nesting nesting(*this, token());
    if (at(TokenKind::identifier) && tokens_.next().is(TokenKind::assign)) {
      return parse_assignment();
    }
    const std::uint32_t begin = token().begin;
    Node* first = parse_keyword_expression();
    if (!at(TokenKind::semicolon)) return first;
    if (first->kind != NodeKind::message || parenthesized_ == first) {
      scanner_.fail(token(), "a cascade must follow a message");
    }
    return parse_cascade(first->as<MessageNode>(), begin);
  }

  Node* parse_assignment() {
    auto* node = arena_.make<AssignmentNode>();
    node->kind = NodeKind::assignment;
    node->begin = token().begin;
    node->target = parse_variable();
    assigned_names_.push_back(node->target->name);
    take();
    node->value = parse_expression();
    node->end = tokens_.previous_end();
    return node;
  }

  Node* parse_cascade(MessageNode& first, std::uint32_t begin) {
    auto* node = arena_.make<CascadeNode>();
    node->kind = NodeKind::cascade;
    node->begin = begin;
    node->receiver = first.receiver;
    first.receiver = nullptr;
    std::vector<MessageNode*> messages = {&first};
    while (at(TokenKind::semicolon)) {
      take();
      Node* message = nullptr;
      if (at(TokenKind::identifier)) {
        message = parse_unary(nullptr);
      } else if (at(TokenKind::binary)) {
        message = parse_binary_message(nullptr);
      } else if (at(TokenKind::keyword)) {
        message = parse_keyword_message(nullptr);
      } else {
        fail_expected("a message behind ';'");
      }
      messages.push_back(&message->as<MessageNode>());
    }
    node->messages = arena_.copy(messages);
    node->end = tokens_.previous_end();
    return node;
  }

  Node* parse_keyword_expression() {
    Node* receiver = parse_binary_expression();
    return at(TokenKind::keyword) ? parse_keyword_message(receiver) : receiver;
  }

  Node* parse_binary_expression() {
    Node* receiver = parse_unary_expression();
    while (at(TokenKind::binary)) receiver = parse_binary_message(receiver);
    return receiver;
  }

  Node* parse_unary_expression() {
    Node* receiver = parse_primary();
    while (at(TokenKind::identifier)) {
      if (tokens_.next().is(TokenKind::assign)) {
        scanner_.fail(token(),
                      fmt::format("only a variable can be assigned to; is a period missing "
                                  "before '{}'?",
                                  token().text));
      }
      receiver = parse_unary(receiver);
    }
    return receiver;
  }

  MessageNode* make_message(Node* receiver) {
    auto* node = arena_.make<MessageNode>();
    node->kind = NodeKind::message;
    node->begin = receiver != nullptr ? receiver->begin : token().begin;
    node->receiver = receiver;
    node->selector_begin = token().begin;
    return node;
  }

  void finish_message(MessageNode& node, const std::vector<Node*>& arguments) {
    node.arguments = arena_.copy(arguments);
    node.end = tokens_.previous_end();
  }

  MessageNode* parse_unary(Node* receiver) {
    MessageNode* node = make_message(receiver);
    node->selector = take().text;
    finish_message(*node, {});
    return node;
  }

  MessageNode* parse_binary_message(Node* receiver) {
    MessageNode* node = make_message(receiver);
    node->selector = take().text;
    finish_message(*node, {parse_unary_expression()});
    return node;
  }

  MessageNode* parse_keyword_message(Node* receiver) {
    MessageNode* node = make_message(receiver);
    std::vector<Node*> arguments;
    while (at(TokenKind::keyword)) {
      check_argument_count(arguments.size() + 1, token());
      node->selector += take().text;
      arguments.push_back(parse_binary_expression());
    }
    finish_message(*node, arguments);
    return node;
  }

  VariableNode* parse_variable() {
    auto* node = arena_.make<VariableNode>();
    node->kind = NodeKind::variable;
    node->begin = token().begin;
    node->end = token().end;
    node->name = take().text;
    return node;
  }

  Node* parse_primary() {
    const Nesting nesting(*this, token());
    switch (token().kind) {
      case TokenKind::identifier:
        return parse_variable();
      case TokenKind::open_parenthesis:
        return parse_parenthesized();
      case TokenKind::open_bracket:
        return parse_block();
      case TokenKind::open_brace:
        return parse_brace();
      case TokenKind::number:
      case TokenKind::character:
      case TokenKind::string:
      case TokenKind::symbol:
      case TokenKind::array_begin:
      case TokenKind::byte_array_begin:
        return parse_literal_node();
      case TokenKind::binary:
        if (at_negative_number(tokens_)) return parse_literal_node();
        [[fallthrough]];
      default:
        fail_expected("an expression");
    }
  }

  Node* parse_literal_node() {
    auto* node = arena_.make<LiteralNode>();
    node->kind = NodeKind::literal;
    node->begin = token().begin;
    node->value = parse_literal(tokens_, nesting_);
    node->end = tokens_.previous_end();
    return node;
  }

  Node* parse_parenthesized() {
    const Token open = take();
    Node* node = parse_expression();
    if (!at(TokenKind::close_parenthesis)) fail_unclosed(open, "')'");
    take();
    parenthesized_ = node;
    return node;
  }

  // The text ends, or something else stands where `open` should be closed.
  [[noreturn]] void fail_unclosed(const Token& open, const char* closing) {
    if (at(TokenKind::end)) {
      scanner_.fail(open, fmt::format("'{}' is not closed", open.text));
    }
    if (at(TokenKind::assign)) fail_stray();
    const std::uint32_t line = position_of(scanner_.source(), open.begin).line;
    scanner_.fail(token(), fmt::format("expected {} to close the '{}' of line {}, not '{}'",
                                       closing, open.text, line, token().text));
  }

  Node* parse_block() {
    const Token open = take();
    auto* node = arena_.make<BlockNode>();
    node->kind = NodeKind::block;
    node->begin = open.begin;
    std::vector<Declaration> arguments;
    std::vector<Declaration> temporaries;
    while (at(TokenKind::colon)) {
      take();
      check_argument_count(arguments.size() + 1, token());
      arguments.push_back(declare("the name of a block's argument"));
    }
    if (!arguments.empty() && !at(TokenKind::close_bracket)) parse_argument_bar(temporaries);
    while (token().is_binary("|") || token().is_binary("||")) parse_temporaries(temporaries);
    node->arguments = arena_.copy(arguments);
    node->temporaries = arena_.copy(temporaries);
    node->statements = parse_statements();
    if (!at(TokenKind::close_bracket)) fail_unclosed(open, "']'");
    node->end = take().end;
    return node;
  }

  // The bar behind a block's arguments; in `[:a || b | ]` the one that begins temporaries touches
  // it.
  void parse_argument_bar(std::vector<Declaration>& temporaries) {
    const bool begins_temporaries = token().is_binary("||");
    if (!token().is_binary("|") && !begins_temporaries) {
      fail_expected("'|' behind the block's arguments");
    }
    take();
    if (!begins_temporaries) return;
    while (at(TokenKind::identifier)) temporaries.push_back(declare("the name of a temporary"));
    if (!token().is_binary("|")) fail_expected("the name of a temporary, or '|'");
    take();
  }

  Node* parse_brace() {
    const Token open = take();
    auto* node = arena_.make<BraceNode>();
    node->kind = NodeKind::brace;
    node->begin = open.begin;
    std::vector<Node*> elements;
    for (;;) {
      while (at(TokenKind::period)) take();
      if (at_statements_end()) break;
      elements.push_back(parse_expression());
      if (!at(TokenKind::period)) break;
    }
    if (!at(TokenKind::close_brace)) fail_unclosed(open, "'}'");
    node->end = take().end;
    node->elements = arena_.copy(elements);
    return node;
  }

  Scanner scanner_;
  TokenStream tokens_;
  Arena& arena_;
  unsigned nesting_ = 0;
  const Node* parenthesized_ = nullptr;  // the last expression in parentheses
  std::string_view last_pragma_keyword_;
  std::vector<std::string_view> assigned_names_;
};

}  // namespace

MethodNode parse_method(const SourceText& source, Arena& arena) {
  return Parser(source, arena).method();
}

MethodNode parse_doit(const SourceText& source, Arena& arena) {
  return Parser(source, arena).doit();
}

}  // namespace banter::compiler
