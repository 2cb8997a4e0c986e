// throw.cc -- the soak's C++: a function that throws over the frames of who called it.
#include <cstdint>
#include <stdexcept>
#include <string>

extern "C" std::int64_t soak_throw(std::int64_t (*block)(std::int64_t, std::int64_t),
                                   std::int64_t a) {
  const std::string text = "thrown by C++";
  block(a, a);
  throw std::runtime_error(text);
}
