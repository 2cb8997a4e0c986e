#include "native/safe_memory.h"

#include "base/check.h"

namespace banter::native {

namespace {

extern "C" {
Access banter_safe_store1(std::uintptr_t to, std::uint64_t value);
Access banter_safe_store2(std::uintptr_t to, std::uint64_t value);
Access banter_safe_store4(std::uintptr_t to, std::uint64_t value);
Access banter_safe_store8(std::uintptr_t to, std::uint64_t value);
Access banter_safe_copy_up(std::uintptr_t to, std::uintptr_t from, std::size_t bytes);
Access banter_safe_copy_down(std::uintptr_t to, std::uintptr_t from, std::size_t bytes);
Access banter_safe_strlen(std::uintptr_t from);
extern const char banter_safe_begin[], banter_safe_end[], banter_safe_fault[];
}

bool finish(const Access& access, Unmapped* fault) {
  if (access.faulted != 0) fault->address = access.value;
  return access.faulted == 0;
}

}  // namespace

bool resume_access(void* context, const void* address) {
  const std::uintptr_t pc = fault_pc(context);
  const bool ours = pc >= reinterpret_cast<std::uintptr_t>(banter_safe_begin) &&
                    pc < reinterpret_cast<std::uintptr_t>(banter_safe_end);
  if (!ours) return false;
  resume_at(context, reinterpret_cast<std::uintptr_t>(banter_safe_fault),
            reinterpret_cast<std::uintptr_t>(address));
  return true;
}

bool store(std::uint64_t address, std::size_t width, std::uint64_t value, Unmapped* fault) {
  if (!begin_access(address, width, fault)) return false;
  const auto to = static_cast<std::uintptr_t>(address);
  BANTER_ASSERT(width == 1 || width == 2 || width == 4 || width == 8, "width {}", width);
  const Access access = width == 8   ? banter_safe_store8(to, value)
                        : width == 4 ? banter_safe_store4(to, value)
                        : width == 2 ? banter_safe_store2(to, value)
                                     : banter_safe_store1(to, value);
  return finish(access, fault);
}

bool copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes, Unmapped* fault) {
  if (!begin_access(to, bytes, fault) || !begin_access(from, bytes, fault)) return false;
  const bool up = to <= from || to - from >= bytes;
  const auto target = static_cast<std::uintptr_t>(to);
  const auto source = static_cast<std::uintptr_t>(from);
  const auto size = static_cast<std::size_t>(bytes);
  return finish(
      up ? banter_safe_copy_up(target, source, size) : banter_safe_copy_down(target, source, size),
      fault);
}

bool string_length(std::uint64_t address, std::size_t* length, Unmapped* fault) {
  if (!begin_access(address, 1, fault)) return false;
  const Access access = banter_safe_strlen(static_cast<std::uintptr_t>(address));
  if (access.faulted == 0) *length = static_cast<std::size_t>(access.value);
  return finish(access, fault);
}

}  // namespace banter::native
