// inlining.h -- which messages with literal blocks are compiled as jumps.
#pragma once

#include "compiler/ast.h"

namespace banter::compiler {

// How the selector, the receiver and the arguments allow `message` to be inlined. A message to
// super and a message of a cascade never are.
Inlining inlining_of(const MessageNode& message);

// The value of a numeric literal, or nullptr if `node` is something else.
const Literal* number_literal(const Node* node);

// Whether the number is below zero.
bool is_negative(const Literal& number);

}  // namespace banter::compiler
