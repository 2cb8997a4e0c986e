#include <windows.h>

#include "platform/page_memory.h"
#include "platform/text_windows.h"

namespace banter::platform {
namespace {

SYSTEM_INFO system_info() {
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  return info;
}

}  // namespace

std::size_t page_size() {
  static const std::size_t size = system_info().dwPageSize;
  return size;
}

std::size_t physical_memory_bytes() {
  MEMORYSTATUSEX status{};
  status.dwLength = sizeof status;
  return GlobalMemoryStatusEx(&status) != 0 ? static_cast<std::size_t>(status.ullTotalPhys) : 0;
}

std::size_t address_space_limit() {
  return SIZE_MAX;
}

Result<PageReservation> PageReservation::reserve(std::size_t bytes, std::uintptr_t wanted_base) {
  const std::size_t mask = page_size() - 1;
  const std::size_t size = (bytes + mask) & ~mask;
  void* base = nullptr;
  if (wanted_base != 0) {
    base = VirtualAlloc(reinterpret_cast<void*>(wanted_base), size, MEM_RESERVE, PAGE_NOACCESS);
  }
  if (base == nullptr) base = VirtualAlloc(nullptr, size, MEM_RESERVE, PAGE_NOACCESS);
  if (base == nullptr)
    return Error{
        fmt::format("cannot reserve {} bytes of addresses: {}", size, reason_text(GetLastError()))};
  PageReservation reservation;
  reservation.base_ = reinterpret_cast<std::uintptr_t>(base);
  reservation.size_ = size;
  return reservation;
}

PageReservation::~PageReservation() {
  if (size_ != 0) VirtualFree(reinterpret_cast<void*>(base_), 0, MEM_RELEASE);
}

bool PageReservation::commit(std::size_t offset, std::size_t bytes) {
  BANTER_CHECK(offset <= size_ && bytes <= size_ - offset, "{} + {} of {}", offset, bytes, size_);
  return bytes == 0 || VirtualAlloc(reinterpret_cast<void*>(base_ + offset), bytes, MEM_COMMIT,
                                    PAGE_READWRITE) != nullptr;
}

void PageReservation::decommit(std::size_t offset, std::size_t bytes) {
  BANTER_CHECK(offset <= size_ && bytes <= size_ - offset, "{} + {} of {}", offset, bytes, size_);
  if (bytes == 0) return;
  const bool done = VirtualFree(reinterpret_cast<void*>(base_ + offset), bytes, MEM_DECOMMIT) != 0;
  BANTER_CHECK(done, "cannot give back {} bytes: {}", bytes, reason_text(GetLastError()));
}

}  // namespace banter::platform
