// svg.h -- a call as a picture: registers and stack, each byte in the colour of its argument.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "abi/classify.h"

namespace banter::abi {

// What one ABI says of a declaration.
struct Picture {
  AbiName abi = AbiName::sysv_x64;
  std::optional<Signature> signature;
  std::optional<CallPlan> plan;
  std::string refusal;  // why there is no plan
};

// A whole SVG file, with nothing outside it but the reader's fonts. The pictures stand one below
// the other.
std::string svg_of(const std::vector<Picture>& pictures);

}  // namespace banter::abi
