// literals.h -- the literals of one method or block, each once.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/code.h"

namespace banter::compiler {

class LiteralTable {
 public:
  // The index of an equal literal, added if there is none. Numbers, characters, symbols and
  // bindings are shared; strings, arrays and blocks are objects of their own each time.
  std::uint32_t add(const Literal& literal);
  std::uint32_t add_symbol(std::string_view symbol);
  std::uint32_t add_unshared(Literal literal);

  // More literals than a method can have were added; their indexes are wrong.
  bool is_full() const { return is_full_; }
  std::vector<Literal>& literals() { return literals_; }

 private:
  std::vector<Literal> literals_;
  bool is_full_ = false;
  std::unordered_map<std::string, std::uint32_t> indexes_;  // by key_of
};

}  // namespace banter::compiler
