#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/page_memory.h"

namespace banter::platform {
namespace {

constexpr int kReserve = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

// A debugger that writes one would write all reserved addresses, as zeros. Systems that know no
// such wish are as they are.
void leave_out_of_core_files(void* start, std::size_t bytes) {
  madvise(start, bytes, MADV_DONTDUMP);
}

}  // namespace

std::size_t page_size() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

std::size_t physical_memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  if (pages <= 0) return 0;
  const std::uint64_t bytes = static_cast<std::uint64_t>(pages) * page_size();
  return bytes > SIZE_MAX ? SIZE_MAX : static_cast<std::size_t>(bytes);
}

std::size_t address_space_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
  return limit.rlim_cur > SIZE_MAX ? SIZE_MAX : static_cast<std::size_t>(limit.rlim_cur);
}

Result<PageReservation> PageReservation::reserve(std::size_t bytes, std::uintptr_t wanted_base) {
  const std::size_t mask = page_size() - 1;
  const std::size_t size = (bytes + mask) & ~mask;
  // Without MAP_FIXED the address is a wish: the system chooses another when it is taken.
  void* base = mmap(reinterpret_cast<void*>(wanted_base), size, PROT_NONE, kReserve, -1, 0);
  if (base == MAP_FAILED)
    return Error{
        fmt::format("cannot reserve {} bytes of addresses: {}", size, std::strerror(errno))};
  PageReservation reservation;
  reservation.base_ = reinterpret_cast<std::uintptr_t>(base);
  reservation.size_ = size;
  leave_out_of_core_files(base, size);
  return reservation;
}

PageReservation::~PageReservation() {
  if (size_ != 0) munmap(reinterpret_cast<void*>(base_), size_);
}

bool PageReservation::commit(std::size_t offset, std::size_t bytes) {
  BANTER_CHECK(offset <= size_ && bytes <= size_ - offset, "{} + {} of {}", offset, bytes, size_);
  void* start = reinterpret_cast<void*>(base_ + offset);
  if (mprotect(start, bytes, PROT_READ | PROT_WRITE) != 0) return false;
  madvise(start, bytes, MADV_DODUMP);
  return true;
}

void PageReservation::decommit(std::size_t offset, std::size_t bytes) {
  BANTER_CHECK(offset <= size_ && bytes <= size_ - offset, "{} + {} of {}", offset, bytes, size_);
  if (bytes == 0) return;
  // Mapping the range anew drops its pages and its accounting in one step.
  void* again =
      mmap(reinterpret_cast<void*>(base_ + offset), bytes, PROT_NONE, kReserve | MAP_FIXED, -1, 0);
  BANTER_CHECK(again != MAP_FAILED, "cannot give back {} bytes: {}", bytes, std::strerror(errno));
  leave_out_of_core_files(again, bytes);
}

}  // namespace banter::platform
