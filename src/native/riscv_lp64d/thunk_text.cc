#include <fmt/format.h>

#include <cstring>

#include "native/thunk_page.h"

namespace banter::native {

// The instructions of thunk_page.S, in the words of objdump; a test compares them with it.
std::string thunk_text(const unsigned char* thunk) {
  const auto* slot = thunk + kThunkPageSize;
  const auto word = [&](int at) {
    std::uint32_t value;
    std::memcpy(&value, thunk + at, sizeof value);
    return value;
  };
  return fmt::format(
      "{:>2}  {:08x}  auipc t2, 0x10    {}\n"
      "{:>2}  {:08x}  ld t1, 8(t2)      thunkEntry\n"
      "{:>2}  {:08x}  jr t1\n"
      "{:>2}  {:08x}  ebreak\n",
      0, word(0), fmt::ptr(slot), 4, word(4), 8, word(8), 12, word(12));
}

}  // namespace banter::native
