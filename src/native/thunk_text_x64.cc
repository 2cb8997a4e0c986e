#include <fmt/format.h>

#include <cstring>

#include "native/thunk_page.h"

namespace banter::native {

// The instructions of thunk_page.S, in the words of objdump; a test compares them with it.
std::string thunk_text(const unsigned char* thunk) {
  const auto* slot = thunk + kThunkPageSize;
  const auto bytes = [&](int from, int count) {
    std::string text;
    for (int i = from; i < from + count; i++) text += fmt::format("{:02x} ", thunk[i]);
    return text;
  };
  return fmt::format(
      "{:>2}  {:<22}endbr64\n"
      "{:>2}  {:<22}lea 0xfff5(%rip),%r11    slot {}\n"
      "{:>2}  {:<22}jmp *0x8(%r11)           {}\n"
      "{:>2}  {:<22}int3\n",
      0, bytes(0, 4), 4, bytes(4, 7), fmt::ptr(slot), 11, bytes(11, 4), "thunkEntry", 15,
      bytes(15, 1));
}

}  // namespace banter::native
