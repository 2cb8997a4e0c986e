// arena.h -- objects that live and die together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace banter {

// Everything made in an arena lives until the arena dies; then it is destroyed in reverse order.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    for (auto it = finalizers_.rbegin(); it != finalizers_.rend(); ++it) it->destroy(it->object);
  }

  template <class T, class... Values>
  T* make(Values&&... values) {
    T* object = new (room(sizeof(T), alignof(T))) T{std::forward<Values>(values)...};
    if constexpr (!std::is_trivially_destructible_v<T>) {
      finalizers_.push_back({object, [](void* it) { static_cast<T*>(it)->~T(); }});
    }
    return object;
  }

  // A copy of `values`, which must not need destruction.
  template <class T>
  std::span<T> copy(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (values.empty()) return {};
    T* first = static_cast<T*>(room(sizeof(T) * values.size(), alignof(T)));
    std::uninitialized_copy(values.begin(), values.end(), first);
    return {first, values.size()};
  }

 private:
  static constexpr std::size_t kChunk = 16 * 1024;
  struct Finalizer {
    void* object;
    void (*destroy)(void*);
  };

  // Chunks come from operator new[], so every alignment up to the default one holds.
  void* room(std::size_t size, std::size_t alignment) {
    static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= alignof(std::max_align_t));
    std::size_t padding = (alignment - used_ % alignment) % alignment;
    if (left_ < size + padding) {
      const std::size_t bytes = size > kChunk ? size : kChunk;
      chunks_.push_back(std::make_unique<std::byte[]>(bytes));
      next_ = chunks_.back().get();
      left_ = bytes;
      used_ = 0;
      padding = 0;
    }
    void* result = next_ + padding;
    next_ += padding + size;
    left_ -= padding + size;
    used_ += padding + size;
    return result;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::vector<Finalizer> finalizers_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;  // bytes of the current chunk
};

}  // namespace banter
