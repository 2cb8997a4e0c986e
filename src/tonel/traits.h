// traits.h -- trait compositions: `TFoo + TBar - { #x. #y } @ { #alias -> #selector }`.
#pragma once

#include <string_view>
#include <vector>

#include "tonel/definitions.h"

namespace banter::tonel {

struct TraitsReading {
  std::vector<TraitUse> uses;
  std::string problem;  // not empty: why this is no composition
};

// `-` and `@` belong to the trait before them. An empty text, and `{}`, are no traits.
TraitsReading read_traits(std::string_view text);

}  // namespace banter::tonel
