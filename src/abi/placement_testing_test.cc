#include "abi/placement_testing.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "abi/classify.h"

namespace banter::abi {

CType PlacementTesting::type(ValueKind kind) const {
  return type_of(kind, abi_);
}

CType PlacementTesting::made(const std::vector<CType>& members, bool is_union, bool packed,
                             Bytes alignment) const {
  AggregateRequest request;
  request.abi = abi_;
  request.is_union = is_union;
  request.packed = packed;
  request.alignment = alignment;
  for (const CType& each : members) request.members.push_back({"m", each, std::nullopt});
  return lay_out(request).value();
}

CType PlacementTesting::structure(const std::vector<CType>& members, Bytes alignment) const {
  return made(members, false, false, alignment);
}
CType PlacementTesting::union_of(const std::vector<CType>& members) const {
  return made(members, true, false, {0});
}
CType PlacementTesting::packed(const std::vector<CType>& members) const {
  return made(members, false, true, {0});
}

CType PlacementTesting::aligned_member(const CType& member, Bytes alignment) const {
  AggregateRequest request;
  request.abi = abi_;
  request.members = {{"m", member, std::nullopt, alignment}};
  return lay_out(request).value();
}

CType PlacementTesting::with_bits(const CType& first,
                                  const std::vector<std::uint32_t>& widths) const {
  AggregateRequest request;
  request.abi = abi_;
  request.members = {{"m", first, std::nullopt}};
  for (std::uint32_t each : widths) {
    request.members.push_back({each > 0 ? "b" : "", type(ValueKind::int32), each});
  }
  return lay_out(request).value();
}

CType PlacementTesting::array(const CType& element, std::uint32_t count) const {
  return array_of(element, count).value();
}
CType PlacementTesting::vector(ValueKind lane, std::uint32_t size) const {
  return vector_of(type(lane), {size}, abi_).value();
}
CType PlacementTesting::complex(ValueKind part) const {
  return complex_of(type(part)).value();
}
CType PlacementTesting::bytes(std::uint32_t count) const {
  return structure({array(type(ValueKind::uint8), count)});
}

std::vector<std::string> PlacementTesting::lines(const CType& result,
                                                 const std::vector<CType>& parameters,
                                                 bool variadic) const {
  Signature signature;
  signature.abi = abi_;
  signature.result = result;
  for (const CType& each : parameters) signature.parameters.push_back({each, "", ""});
  signature.variadic = variadic;
  signature.fixed_count = variadic ? 1 : parameters.size();
  const CallPlan plan = classify(abi_, signature).value();
  for (const Placement& each : plan.arguments) EXPECT_FALSE(each.rule.empty());
  EXPECT_FALSE(plan.result.rule.empty());
  std::istringstream text(explain(signature, plan));
  std::vector<std::string> found;
  std::string line;
  std::getline(text, line);
  while (std::getline(text, line)) {
    const bool is_place = line.starts_with("  arg ") || line.starts_with("  result");
    if (is_place) found.push_back(line.substr(10));
  }
  return found;
}

std::vector<std::string> PlacementTesting::places(const CType& result,
                                                  const std::vector<CType>& parameters) const {
  return lines(result, parameters, false);
}

std::vector<std::string> PlacementTesting::variadic_places(
    const CType& result, const std::vector<CType>& parameters) const {
  return lines(result, parameters, true);
}

}  // namespace banter::abi
