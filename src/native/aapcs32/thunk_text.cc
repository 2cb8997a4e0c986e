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
      "{:>2}  {:08x}  add ip, pc, #65536    {}\n"
      "{:>2}  {:08x}  ldr pc, [ip, #-4]     thunkEntry\n"
      "{:>2}  {:08x}  udf #0\n"
      "{:>2}  {:08x}  udf #0\n",
      0, word(0), fmt::ptr(slot + 8), 4, word(4), 8, word(8), 12, word(12));
}

}  // namespace banter::native
