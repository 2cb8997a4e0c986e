#include "compiler/literals.h"

#include <bit>

#include "compiler/integer.h"

namespace banter::compiler {
namespace {

std::string bytes_of(const Integer& integer) {
  return (integer.negative ? "-" : "+") +
         std::string(integer.magnitude.begin(), integer.magnitude.end());
}

// A text that two literals have in common if and only if one may stand for the other; empty for
// literals that are never shared. The first letter is the kind.
struct KeyMaker {
  std::string operator()(const Integer& it) const { return "i" + bytes_of(it); }
  std::string operator()(double it) const {
    return "d" + std::to_string(std::bit_cast<std::uint64_t>(it));
  }
  std::string operator()(const Fraction& it) const {
    return "f" + to_decimal(it.numerator) + "/" + to_decimal(it.denominator);
  }
  std::string operator()(const ScaledDecimal& it) const {
    return "s" + to_decimal(it.numerator) + "/" + to_decimal(it.denominator) + "s" +
           std::to_string(it.scale);
  }
  std::string operator()(const Character& it) const {
    return "c" + std::to_string(static_cast<std::uint32_t>(it.code_point));
  }
  std::string operator()(const Symbol& it) const { return "#" + it.utf8; }
  std::string operator()(const Binding& it) const {
    return "b" + it.owner + "." + it.name + "." + std::to_string(it.cookie);
  }
  std::string operator()(const ClassBinding&) const { return "C"; }
  template <class T>
  std::string operator()(const T&) const {
    return "";
  }
};

}  // namespace

std::uint32_t LiteralTable::add_unshared(Literal literal) {
  // Two are added at the end of a method, and the count has 15 bits.
  if (literals_.size() + 2 >= 0x7FFF) {
    is_full_ = true;
    return 0;
  }
  literals_.push_back(std::move(literal));
  return static_cast<std::uint32_t>(literals_.size() - 1);
}

std::uint32_t LiteralTable::add(const Literal& literal) {
  std::string key = std::visit(KeyMaker{}, literal.value);
  if (key.empty()) return add_unshared(literal);
  const auto [place, is_new] = indexes_.try_emplace(std::move(key), 0);
  if (is_new) place->second = add_unshared(literal);
  return place->second;
}

std::uint32_t LiteralTable::add_symbol(std::string_view symbol) {
  return add({Symbol{std::string(symbol)}});
}

}  // namespace banter::compiler
