// ast.h -- the tree of a method, as parsed and then as analyzed.
//
// All nodes live in one Arena. The parser fills in what the text says; the analyzer adds which
// variable a name means, how a message is inlined, and where variables live.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/code.h"

namespace banter::compiler {

struct Variable;  // variables.h
struct Function;  // variables.h
struct Region;    // variables.h

enum class NodeKind : std::uint8_t {
  variable,
  literal,
  assignment,
  message,
  cascade,
  block,
  brace,
  return_,
};

struct Node {
  NodeKind kind;
  std::uint32_t begin = 0;  // bytes from the beginning of the source
  std::uint32_t end = 0;

  template <class T>
  T& as() {
    return static_cast<T&>(*this);
  }
};

// A declared name: an argument or a temporary.
struct Declaration {
  std::string_view name;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Variable* variable = nullptr;
};

// What a name outside of declarations means.
enum class NameKind : std::uint8_t {
  local,              // variable
  receiver_variable,  // index
  binding,            // binding
  self,
  super,
  nil,
  true_,
  false_,
  this_context,
  this_process,
};

struct VariableNode : Node {
  std::string_view name;
  NameKind meaning = NameKind::nil;
  Variable* variable = nullptr;
  std::uint32_t index = 0;
  Binding binding;
};

struct LiteralNode : Node {
  Literal value;
};

struct AssignmentNode : Node {
  VariableNode* target = nullptr;
  Node* value = nullptr;
};

// The messages whose literal blocks are compiled in line.
enum class Inlining : std::uint8_t {
  none,
  if_true,  // ifTrue: ifFalse: and the pairs; first argument taken when `condition`
  if_nil,   // ifNil: ifNotNil: and the pairs
  and_,
  or_,
  while_true,   // whileTrue whileTrue:
  while_false,  // whileFalse whileFalse:
  repeat,
  times_repeat,
  to_do,  // to:do: to:by:do:
};

struct MessageNode : Node {
  Node* receiver = nullptr;  // nullptr in a cascade
  std::string selector;
  std::uint32_t selector_begin = 0;
  std::span<Node*> arguments;

  Inlining inlining = Inlining::none;
  Variable* counter = nullptr;  // times_repeat
  Variable* limit = nullptr;    // to_do and times_repeat, unless the limit is a literal
};

// The receiver of the first message, and all messages to it.
struct CascadeNode : Node {
  Node* receiver = nullptr;
  std::span<MessageNode*> messages;
};

struct BlockNode : Node {
  std::span<Declaration> arguments;
  std::span<Declaration> temporaries;
  std::span<Node*> statements;

  bool opens_region = false;     // the body of an inlined loop
  Function* function = nullptr;  // of a real block
  Region* region = nullptr;      // where its variables live
};

struct BraceNode : Node {
  std::span<Node*> elements;
  Binding array_class;  // filled in when the elements do not fit on the stack
  bool needs_array_class = false;
};

struct ReturnNode : Node {
  Node* value = nullptr;
};

struct PragmaNode {
  Pragma pragma;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Declaration error_variable;  // of `<primitive: 1 error: name>`; its name may be empty
};

// A method, or the statements of a DoIt.
struct MethodNode {
  std::string selector;
  std::vector<PragmaNode> pragmas;
  BlockNode* body = nullptr;                     // its arguments are the method's
  std::vector<std::string_view> assigned_names;  // every name left of `:=`, sorted
};

}  // namespace banter::compiler
