// page_memory.h -- ranges of addresses, and which of their pages have memory.
//
// These pages are readable and writable, or nothing: none is ever executable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/result.h"

namespace banter::platform {

std::size_t page_size();
// Of the whole machine; 0 if it cannot be found out.
std::size_t physical_memory_bytes();
// How many bytes of addresses the system allows this process; SIZE_MAX when it does not limit them.
std::size_t address_space_limit();

// Reserved addresses, given back at the end of its life.
class PageReservation {
 public:
  PageReservation() = default;
  // `bytes` is rounded up to whole pages. `wanted_base`, if not 0, is taken when it is free.
  static Result<PageReservation> reserve(std::size_t bytes, std::uintptr_t wanted_base = 0);
  ~PageReservation();
  PageReservation(PageReservation&& other) noexcept { *this = std::move(other); }
  PageReservation& operator=(PageReservation&& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(size_, other.size_);
    return *this;
  }

  std::uintptr_t base() const { return base_; }
  std::size_t size() const { return size_; }

  // Offsets and sizes are multiples of page_size(). Committed memory reads as zero at first.
  // False when the system has no memory for it.
  bool commit(std::size_t offset, std::size_t bytes);
  // The contents are lost and the memory is the system's again; the addresses stay reserved.
  void decommit(std::size_t offset, std::size_t bytes);

 private:
  std::uintptr_t base_ = 0;
  std::size_t size_ = 0;
};

}  // namespace banter::platform
