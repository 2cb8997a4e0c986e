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
      "{:>2}  {:<19}endbr32\n"
      "{:>2}  {:<19}call {}\n"
      "{:>2}  {:<19}pop %eax\n"
      "{:>2}  {:<19}jmp *0xfffb(%eax)    slot {}, thunkEntry\n",
      0, bytes(0, 4), 4, bytes(4, 5), fmt::ptr(thunk + 9), 9, bytes(9, 1), 10, bytes(10, 6),
      fmt::ptr(slot));
}

}  // namespace banter::native
