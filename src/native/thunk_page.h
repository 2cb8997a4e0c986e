// thunk_page.h -- what assembly and C++ share about thunk pages; the picture is in thunk.h.
#pragma once

#include <cstddef>
#include <string>

namespace banter::native {

struct ThunkRecord;

inline constexpr std::size_t kThunkPageSize = 64 * 1024;  // a multiple of every page size in use
inline constexpr std::size_t kThunkSize = 16;
inline constexpr std::size_t kThunksInPage = kThunkPageSize / kThunkSize;

// What a thunk loads the address of: kThunkPageSize behind the thunk.
struct alignas(kThunkSize) Slot {
  ThunkRecord* record;
  void (*entry)();
};
static_assert(sizeof(Slot) == kThunkSize);

extern "C" {
// <abi>/thunk_page.S: code, but never run at this address. Twice as long on Windows.
extern const unsigned char banter_thunk_page[kThunkPageSize];
// <abi>/thunk_entry.S: reached from thunks only.
void thunkEntry();
}

// The instructions of one thunk as text; <abi>/thunk_text.cc.
std::string thunk_text(const unsigned char* thunk);

}  // namespace banter::native
