// by_value.h -- callbacks that take or answer structures, unions, complex numbers or vectors:
// values that several registers share, or that lie elsewhere, read and sent back through memory.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "abi/places.h"
#include "native/callback_values.h"

namespace banter::ffi {

// What the callbacks of one signature with one default have in common. Immutable.
struct ByValue {
  explicit ByValue(const abi::CallPlan& plan, std::vector<std::byte> default_result)
      : plan(plan), default_result(std::move(default_result)) {}

  const abi::CallPlan plan;
  const native::CallbackReader reader{plan};
  const std::vector<std::byte> default_result;  // empty, or of the result's size

  // One for each signature and default that a program uses. They stay as long as the program: C
  // may call a callback late and then gets the default from here. Any thread.
  static const ByValue& of(const abi::CallPlan& plan, const std::string& signature,
                           std::vector<std::byte> default_result);
};

// Memory for a value on its way, aligned as its type wants.
class ValueRoom {
 public:
  ValueRoom(std::size_t size, std::size_t alignment)
      : memory_(std::make_unique<std::byte[]>(size + alignment)), alignment_(alignment) {}
  std::byte* start() const {
    return memory_.get() + (0 - reinterpret_cast<std::uintptr_t>(memory_.get())) % alignment_;
  }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::size_t alignment_;
};

}  // namespace banter::ffi
