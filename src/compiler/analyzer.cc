#include "compiler/analyzer.h"

#include <fmt/format.h>

#include <algorithm>

#include "bytecode/encoder.h"
#include "compiler/inlining.h"
#include "compiler/scanner.h"
#include "compiler/suggestion.h"

namespace banter::compiler {
namespace {

// The declarations of one block, method or inlined block, inside those of `outer`.
struct NameScope {
  NameScope* outer = nullptr;
  std::vector<Variable*> variables;
};

class Analyzer {
 public:
  Analyzer(MethodNode& method, const SourceText& source, Scope& scope, Arena& arena,
           const AnalyzerOptions& options)
      : method_(method), source_(source), scope_(scope), arena_(arena), options_(options) {}

  Function& run() {
    Function& function = enter_function(*method_.body, nullptr);
    NameScope names{nullptr, {}};
    names_ = &names;
    declare_arguments(method_.body->arguments, function);
    declare_method_temporaries();
    for (PragmaNode& pragma : method_.pragmas) declare_error_variable(pragma);
    visit_statements(method_.body->statements);
    names_ = nullptr;
    decide_places();
    return function;
  }

 private:
  [[noreturn]] void fail(std::uint32_t begin, std::uint32_t end, std::string message) const {
    throw Failure{error_at(source_, begin, end - begin, std::move(message))};
  }

  // -- functions, regions, declarations --

  Function& enter_function(BlockNode& node, Function* outer) {
    auto* function = arena_.make<Function>();
    function->outer = outer;
    function->node = &node;
    function->created_at = ++sequence_;
    function->creation_loop = loop_;
    function->region = arena_.make<Region>();
    function->region->function = function;
    regions_.push_back(function->region);
    functions_.push_back(function);
    node.function = function;
    node.region = function->region;
    function_ = function;
    region_ = function->region;
    block_ = &node;
    loop_ = nullptr;
    return *function;
  }

  Variable* new_variable(std::string_view name) {
    auto* variable = arena_.make<Variable>();
    variable->name = name;
    variable->function = function_;
    variable->region = region_;
    variable->loop = loop_;
    variable->block = block_;
    variables_.push_back(variable);
    return variable;
  }

  Variable* declare(Declaration& declaration) {
    for (const Variable* other : names_->variables) {
      if (other->name == declaration.name) {
        fail(declaration.begin, declaration.end,
             fmt::format("'{}' is declared twice", declaration.name));
      }
    }
    declaration.variable = new_variable(declaration.name);
    names_->variables.push_back(declaration.variable);
    return declaration.variable;
  }

  void declare_arguments(std::span<Declaration> declarations, Function& function) {
    for (Declaration& declaration : declarations) {
      Variable* variable = declare(declaration);
      variable->is_argument = true;
      function.arguments.push_back(variable);
    }
  }

  void declare_temporaries(std::span<Declaration> declarations) {
    for (Declaration& declaration : declarations) {
      function_->locals.push_back(declare(declaration));
    }
  }

  void declare_method_temporaries() {
    if (!options_.script_variables) {
      declare_temporaries(method_.body->temporaries);
      return;
    }
    for (const Declaration& declaration : method_.body->temporaries) {
      auto binding = scope_.declare(declaration.name);
      if (!binding) fail_undeclared(declaration.name, declaration.begin, declaration.end);
    }
    method_.body->temporaries = {};
  }

  void declare_error_variable(PragmaNode& pragma) {
    if (pragma.error_variable.name.empty()) return;
    Variable* variable = declare(pragma.error_variable);
    variable->is_argument = true;
    function_->locals.push_back(variable);
  }

  Variable* new_hidden() {
    Variable* variable = new_variable("");
    function_->locals.push_back(variable);
    return variable;
  }

  // -- names --

  Variable* find_local(std::string_view name) const {
    for (const NameScope* scope = names_; scope != nullptr; scope = scope->outer) {
      for (Variable* variable : scope->variables) {
        if (variable->name == name) return variable;
      }
    }
    return nullptr;
  }

  static bool pseudo_variable(std::string_view name, NameKind& kind) {
    static constexpr std::pair<std::string_view, NameKind> kNames[] = {
        {"self", NameKind::self},    {"super", NameKind::super},
        {"nil", NameKind::nil},      {"true", NameKind::true_},
        {"false", NameKind::false_}, {"thisContext", NameKind::this_context},
    };
    for (const auto& [known, meaning] : kNames) {
      if (known == name) {
        kind = meaning;
        return true;
      }
    }
    return false;
  }

  void resolve(VariableNode& node) {
    if (pseudo_variable(node.name, node.meaning)) return;
    if (Variable* local = find_local(node.name)) {
      node.meaning = NameKind::local;
      node.variable = local;
      return;
    }
    if (auto index = scope_.instance_variable(node.name)) {
      node.meaning = NameKind::receiver_variable;
      node.index = *index;
      return;
    }
    auto binding = scope_.lookup(node.name);
    if (!binding && options_.script_variables && is_assigned_somewhere(node.name)) {
      binding = scope_.declare(node.name);
    }
    if (binding) {
      node.meaning = NameKind::binding;
      node.binding = std::move(*binding);
      return;
    }
    if (node.name == "thisProcess") {
      node.meaning = NameKind::this_process;
      return;
    }
    fail_undeclared(node.name, node.begin, node.end);
  }

  bool is_assigned_somewhere(std::string_view name) const {
    return std::binary_search(method_.assigned_names.begin(), method_.assigned_names.end(), name);
  }

  [[noreturn]] void fail_undeclared(std::string_view name, std::uint32_t begin,
                                    std::uint32_t end) const {
    std::vector<std::string> known = scope_.known_names();
    for (const NameScope* scope = names_; scope != nullptr; scope = scope->outer) {
      for (const Variable* variable : scope->variables) known.push_back(variable->name);
    }
    const std::string suggestion = closest_name(name, known);
    fail(begin, end,
         suggestion.empty()
             ? fmt::format("'{}' is not declared", name)
             : fmt::format("'{}' is not declared; did you mean '{}'?", name, suggestion));
  }

  // -- uses of variables, in order of evaluation --

  // The function just inside `owner` that leads to the current one.
  const Function& closure_inside(const Function& owner) const {
    const Function* function = function_;
    while (function->outer != &owner) function = function->outer;
    return *function;
  }

  static void note_loops(Loop* innermost, const Loop* end, std::vector<Loop*>& loops) {
    for (Loop* loop = innermost; loop != end; loop = loop->outer) {
      if (std::find(loops.begin(), loops.end(), loop) == loops.end()) loops.push_back(loop);
    }
  }

  void capture(Variable& variable) {
    const Function& closure = closure_inside(*variable.function);
    variable.is_captured = true;
    variable.first_capture = std::min(variable.first_capture, closure.created_at);
    note_loops(closure.creation_loop, variable.loop, variable.capturing_loops);
    uses_.emplace_back(&variable, function_);
  }

  void note_read(Variable& variable) {
    variable.is_used = true;
    if (variable.function != function_) capture(variable);
  }

  void note_assignment(Variable& variable) {
    if (variable.function != function_) {
      capture(variable);
      variable.is_assigned_in_closure = true;
    } else {
      variable.last_assignment = ++sequence_;
      note_loops(loop_, variable.loop, variable.assigning_loops);
      if (!variable.is_used && block_ == variable.block) variable.begins_with_assignment = true;
    }
    variable.is_used = true;
  }

  // -- the walk --

  void visit(Node& node) {
    switch (node.kind) {
      case NodeKind::variable:
        visit_variable(node.as<VariableNode>());
        break;
      case NodeKind::literal:
        break;
      case NodeKind::assignment:
        visit_assignment(node.as<AssignmentNode>());
        break;
      case NodeKind::message:
        visit_message(node.as<MessageNode>());
        break;
      case NodeKind::cascade:
        visit_cascade(node.as<CascadeNode>());
        break;
      case NodeKind::block:
        visit_real_block(node.as<BlockNode>());
        break;
      case NodeKind::brace:
        visit_brace(node.as<BraceNode>());
        break;
      case NodeKind::return_:
        note_home_needed();
        visit(*node.as<ReturnNode>().value);
        break;
    }
  }

  void visit_statements(std::span<Node*> statements) {
    for (Node* statement : statements) visit(*statement);
  }

  void note_home_needed() {
    for (Function* function = function_; function != nullptr; function = function->outer) {
      function->needs_home = true;
    }
  }

  void visit_variable(VariableNode& node) {
    resolve(node);
    if (node.meaning == NameKind::local) note_read(*node.variable);
    if (node.meaning == NameKind::this_context) note_home_needed();
  }

  void visit_assignment(AssignmentNode& node) {
    visit(*node.value);
    VariableNode& target = *node.target;
    resolve(target);
    switch (target.meaning) {
      case NameKind::local:
        if (target.variable->is_argument) {
          fail(target.begin, target.end,
               fmt::format("'{}' is an argument and cannot be assigned to", target.name));
        }
        note_assignment(*target.variable);
        break;
      case NameKind::receiver_variable:
        break;
      case NameKind::binding:
        if (target.binding.assignable) break;
        [[fallthrough]];
      default:
        fail(target.begin, target.end, fmt::format("'{}' cannot be assigned to", target.name));
    }
  }

  // Receivers are visited in a loop, so that a long chain of messages needs no deep stack.
  void visit_message(MessageNode& outermost) {
    std::vector<MessageNode*> chain;
    Node* receiver = &outermost;
    while (receiver->kind == NodeKind::message) {
      chain.push_back(&receiver->as<MessageNode>());
      receiver = chain.back()->receiver;
    }
    for (MessageNode* message : chain) message->inlining = inlining_of(*message);
    const Inlining innermost = chain.back()->inlining;
    const bool is_loop = innermost == Inlining::while_true || innermost == Inlining::while_false ||
                         innermost == Inlining::repeat;
    if (!is_loop) visit(*receiver);
    for (auto it = chain.rbegin(); it != chain.rend(); ++it) visit_arguments(**it);
  }

  void visit_arguments(MessageNode& message) {
    switch (message.inlining) {
      case Inlining::none:
        for (Node* argument : message.arguments) visit(*argument);
        break;
      case Inlining::while_true:
      case Inlining::while_false:
      case Inlining::repeat: {
        Loop& loop = enter_loop();
        visit_inlined_block(message.receiver->as<BlockNode>(), true);
        for (Node* body : message.arguments) visit_inlined_block(body->as<BlockNode>(), true);
        loop_ = loop.outer;
        break;
      }
      case Inlining::times_repeat:
        message.counter = new_hidden();
        if (number_literal(message.receiver) == nullptr) message.limit = new_hidden();
        visit_loop_body(*message.arguments[0]);
        break;
      case Inlining::to_do:
        visit(*message.arguments[0]);
        if (number_literal(message.arguments[0]) == nullptr) message.limit = new_hidden();
        visit_loop_body(*message.arguments.back());
        break;
      default:
        for (Node* block : message.arguments) visit_inlined_block(block->as<BlockNode>(), false);
        break;
    }
  }

  Loop& enter_loop() {
    loop_ = arena_.make<Loop>(loop_);
    return *loop_;
  }

  void visit_loop_body(Node& body) {
    Loop& loop = enter_loop();
    visit_inlined_block(body.as<BlockNode>(), true);
    loop_ = loop.outer;
  }

  void visit_inlined_block(BlockNode& node, bool is_loop_body) {
    Region* const outer_region = region_;
    BlockNode* const outer_block = block_;
    NameScope names{names_, {}};
    names_ = &names;
    block_ = &node;
    node.opens_region = is_loop_body;
    if (is_loop_body) {
      region_ = arena_.make<Region>();
      region_->function = function_;
      region_->is_loop_body = true;
      regions_.push_back(region_);
    }
    node.region = region_;
    for (Declaration& declaration : node.arguments) {
      Variable* variable = declare(declaration);
      variable->is_argument = true;
      function_->locals.push_back(variable);
    }
    declare_temporaries(node.temporaries);
    visit_statements(node.statements);
    names_ = names.outer;
    block_ = outer_block;
    region_ = outer_region;
  }

  void visit_real_block(BlockNode& node) {
    Function* const outer_function = function_;
    Region* const outer_region = region_;
    BlockNode* const outer_block = block_;
    Loop* const outer_loop = loop_;
    NameScope names{names_, {}};
    names_ = &names;
    Function& function = enter_function(node, outer_function);
    declare_arguments(node.arguments, function);
    declare_temporaries(node.temporaries);
    visit_statements(node.statements);
    names_ = names.outer;
    function_ = outer_function;
    region_ = outer_region;
    block_ = outer_block;
    loop_ = outer_loop;
  }

  void visit_cascade(CascadeNode& node) {
    visit(*node.receiver);
    for (MessageNode* message : node.messages) visit_arguments(*message);
  }

  void visit_brace(BraceNode& node) {
    visit_statements(node.elements);
    // Smaller arrays need no class by name.
    if (node.elements.size() <= bytecode::kMaxArrayElements) return;
    if (auto binding = scope_.lookup("Array")) {
      node.array_class = std::move(*binding);
      node.needs_array_class = true;
    }
  }

  // -- the places --

  static bool share_a_loop(const Variable& variable) {
    return std::any_of(
        variable.capturing_loops.begin(), variable.capturing_loops.end(), [&](Loop* loop) {
          return std::find(variable.assigning_loops.begin(), variable.assigning_loops.end(),
                           loop) != variable.assigning_loops.end();
        });
  }

  static bool must_be_remote(const Variable& variable) {
    if (!variable.is_captured || variable.is_argument) return false;
    return variable.is_assigned_in_closure || variable.last_assignment > variable.first_capture ||
           share_a_loop(variable);
  }

  void decide_places() {
    for (Variable* variable : variables_) {
      variable->is_remote = must_be_remote(*variable);
      if (!variable->is_remote) continue;
      variable->slot = static_cast<std::uint32_t>(variable->region->remote.size());
      variable->region->remote.push_back(variable);
    }
    for (Region* region : regions_) make_vector(*region);
    note_copied();
    for (Function* function : functions_) number_slots(*function);
  }

  void make_vector(Region& region) {
    if (region.remote.empty()) return;
    if (region.remote.size() > 127) {
      const BlockNode& node = *region.function->node;
      fail(node.begin, node.begin + 1, "more than 127 variables are shared with blocks");
    }
    auto* vector = arena_.make<Variable>();
    vector->name = "<";
    for (const Variable* variable : region.remote) {
      vector->name += (vector->name.size() > 1 ? " " : "") + variable->name;
    }
    vector->name += ">";
    vector->function = region.function;
    vector->region = &region;
    region.vector = vector;
    auto& locals = region.function->locals;
    std::erase_if(locals, [&](const Variable* variable) {
      return variable->is_remote && variable->region == &region;
    });
    locals.push_back(vector);
  }

  // Every function between a use and the declaration copies what holds the variable.
  void note_copied() {
    for (const auto& [variable, user] : uses_) {
      Variable* holder = variable->is_remote ? variable->region->vector : variable;
      for (Function* function = user; function != holder->function; function = function->outer) {
        auto& copied = function->copied;
        if (std::find(copied.begin(), copied.end(), holder) == copied.end()) {
          copied.push_back(holder);
        }
      }
    }
  }

  void number_slots(Function& function) const {
    const std::size_t count =
        function.arguments.size() + function.copied.size() + function.locals.size();
    if (count > bytecode::kMaxTempIndex) {
      fail(function.node->begin, function.node->begin + 1,
           fmt::format("{} variables in one method or block, more than {}", count,
                       bytecode::kMaxTempIndex));
    }
    std::uint32_t slot = 0;
    for (Variable* variable : function.arguments) variable->slot = slot++;
    slot += static_cast<std::uint32_t>(function.copied.size());
    for (Variable* variable : function.locals) variable->slot = slot++;
  }

  MethodNode& method_;
  const SourceText& source_;
  Scope& scope_;
  Arena& arena_;
  AnalyzerOptions options_;

  std::vector<Function*> functions_;
  std::vector<Region*> regions_;
  std::vector<Variable*> variables_;
  std::vector<std::pair<Variable*, Function*>> uses_;  // of captured variables, by whom

  // Where the walk stands.
  Function* function_ = nullptr;
  Region* region_ = nullptr;
  BlockNode* block_ = nullptr;
  Loop* loop_ = nullptr;
  NameScope* names_ = nullptr;
  std::uint32_t sequence_ = 0;
};

}  // namespace

Function& analyze(MethodNode& method, const SourceText& source, Scope& scope, Arena& arena,
                  const AnalyzerOptions& options) {
  return Analyzer(method, source, scope, arena, options).run();
}

}  // namespace banter::compiler
