// Mapped files that are shorter than their mapping.

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdio>

#include "native/safe_memory.h"
#include "platform/page_memory.h"

namespace banter::native {
namespace {

TEST(SafeMemoryOfFiles, WhatIsBeyondTheEndOfAFileIsUnmappedToo) {
  const std::size_t page = platform::page_size();
  std::FILE* file = std::tmpfile();
  void* mapped = mmap(nullptr, page, PROT_READ, MAP_SHARED, fileno(file), 0);
  ASSERT_NE(mapped, MAP_FAILED);
  std::uint64_t value;
  Unmapped fault{};
  EXPECT_FALSE(load(reinterpret_cast<std::uintptr_t>(mapped), 4, &value, &fault));
  EXPECT_EQ(fault.address, reinterpret_cast<std::uintptr_t>(mapped));
  munmap(mapped, page);
  std::fclose(file);
}

}  // namespace
}  // namespace banter::native
