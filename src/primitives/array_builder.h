// array_builder.h -- an Array of values of many kinds, made element by element.
#pragma once

#include <string_view>

#include "heap/rooted.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

namespace banter::primitives {

// Every function but add, boolean, integer and nil may collect.
class ArrayBuilder {
 public:
  explicit ArrayBuilder(Mutator& mutator) : mutator_(mutator), elements_(mutator) {}

  ArrayBuilder& add(Oop element) {
    elements_.push_back(element);
    return *this;
  }
  ArrayBuilder& nil() { return add(mutator_.nil()); }
  ArrayBuilder& boolean(bool value) { return add(mutator_.heap().boolean(value)); }
  ArrayBuilder& integer(std::uint32_t value) { return add(Oop::small_int(value)); }
  ArrayBuilder& string(std::string_view utf8) { return add(make_string(mutator_, utf8)); }
  ArrayBuilder& symbol(std::string_view utf8) { return add(intern(mutator_, utf8)); }
  ArrayBuilder& symbol_or_nil(std::string_view utf8) { return utf8.empty() ? nil() : symbol(utf8); }
  ArrayBuilder& string_or_nil(std::string_view utf8) { return utf8.empty() ? nil() : string(utf8); }
  // An Array of what `make(element)` answers for each element.
  template <class Range, class Function>
  ArrayBuilder& array(const Range& range, Function&& make) {
    ArrayBuilder inner(mutator_);
    for (const auto& element : range) inner.add(make(element));
    return add(inner.make());
  }
  template <class Range>
  ArrayBuilder& symbols(const Range& names) {
    return array(names, [this](std::string_view name) { return intern(mutator_, name); });
  }

  Oop make() const { return elements_.to_array()->oop(); }

 private:
  Mutator& mutator_;
  heap::RootedVector elements_;
};

}  // namespace banter::primitives
