// placement_testing.h -- types without declarations, and places as text, for tests of classifiers.
//
//   const PlacementTesting arm(AbiName::aapcs64);
//   arm.places(arm.type(ValueKind::float32), {arm.structure({word, word})})
//     -> {"x0", "v0"}     arguments in order, then the result, as explain() writes them
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "abi/layout.h"

namespace banter::abi {

class PlacementTesting {
 public:
  explicit PlacementTesting(AbiName abi) : abi_(abi) {}

  CType type(ValueKind kind) const;
  CType structure(const std::vector<CType>& members, Bytes alignment = {0}) const;
  CType union_of(const std::vector<CType>& members) const;
  CType packed(const std::vector<CType>& members) const;
  // A structure of one member that is aligned to `alignment`.
  CType aligned_member(const CType& member, Bytes alignment) const;
  // A structure of `first` and bit-fields of type int with these widths; 0 is an unnamed one.
  CType with_bits(const CType& first, const std::vector<std::uint32_t>& widths) const;
  CType array(const CType& element, std::uint32_t count) const;
  CType vector(ValueKind lane, std::uint32_t size) const;
  CType complex(ValueKind part) const;
  // A structure of so many bytes, aligned to 1.
  CType bytes(std::uint32_t count) const;

  std::vector<std::string> places(const CType& result, const std::vector<CType>& parameters) const;
  // The same for a variadic function with one fixed parameter.
  std::vector<std::string> variadic_places(const CType& result,
                                           const std::vector<CType>& parameters) const;

 private:
  CType made(const std::vector<CType>& members, bool is_union, bool packed, Bytes alignment) const;
  std::vector<std::string> lines(const CType& result, const std::vector<CType>& parameters,
                                 bool variadic) const;

  AbiName abi_;
};

}  // namespace banter::abi
