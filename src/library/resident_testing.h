// resident_testing.h -- how much memory a test's process has.
#pragma once

#include <cstddef>

namespace banter::library::testing_support {

std::size_t resident_bytes();

}  // namespace banter::library::testing_support
