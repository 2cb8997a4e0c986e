// arena.h -- objects that live and die together.
#pragma once

#include <algorithm>
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

  void* room(std::size_t size, std::size_t alignment) {
    void* at = next_;
    if (std::align(alignment, size, at, left_) == nullptr) {
      // With room to align in: operator new[] may give less alignment than is asked for.
      left_ = std::max(size + alignment, kChunk);
      chunks_.push_back(std::make_unique<std::byte[]>(left_));
      at = chunks_.back().get();
      std::align(alignment, size, at, left_);
    }
    next_ = static_cast<std::byte*>(at) + size;
    left_ -= size;
    return at;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::vector<Finalizer> finalizers_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;  // of the current chunk
};

}  // namespace banter
