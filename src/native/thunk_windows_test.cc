// The pages of thunks as Windows shows them.

#include <gtest/gtest.h>
#include <windows.h>

#include <psapi.h>  // after windows.h

#include <string>

#include "native/native_testing.h"

namespace banter::native {
namespace {

using namespace testing_support;

// No page of this process is writable and executable, and thunk pages come from our own file.
TEST(Thunk, PagesAreBackedByOurFileAndNeverWritable) {
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) { return_word(context, 0); });
  constexpr DWORD kBoth = PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
  const char* own = reinterpret_cast<const char*>(GetModuleHandleW(nullptr));
  MEMORY_BASIC_INFORMATION page;
  for (const char* at = own;
       VirtualQuery(at, &page, sizeof page) != 0 && page.AllocationBase == own;
       at = static_cast<const char*>(page.BaseAddress) + page.RegionSize) {
    EXPECT_EQ(page.Protect & kBoth, 0u) << page.BaseAddress;
  }
  ASSERT_NE(VirtualQuery(record.thunk, &page, sizeof page), 0u);
  EXPECT_EQ(page.Protect, DWORD{PAGE_EXECUTE_READ});
  EXPECT_EQ(page.AllocationProtect, DWORD{PAGE_EXECUTE_READ});
  EXPECT_EQ(page.Type, DWORD{MEM_MAPPED});
  DWORD before = 0;
  EXPECT_EQ(VirtualProtect(record.thunk, 1, PAGE_EXECUTE_READWRITE, &before), FALSE);
  EXPECT_EQ(VirtualProtect(record.thunk, 1, PAGE_READWRITE, &before), FALSE);
  wchar_t name[1024];
  const DWORD size = GetMappedFileNameW(GetCurrentProcess(), record.thunk, name, 1024);
  EXPECT_NE(std::wstring(name, size).find(L"native_test"), std::wstring::npos);
  ThunkAllocator::instance().free(record);
}

}  // namespace
}  // namespace banter::native
