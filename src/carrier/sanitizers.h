// sanitizers.h -- tells AddressSanitizer and ThreadSanitizer about stacks; nothing in other builds.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define BANTER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BANTER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define BANTER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define BANTER_TSAN 1
#endif
#endif

#ifdef BANTER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef BANTER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace banter::carrier {

#ifdef BANTER_ASAN
inline constexpr bool kAddressSanitizer = true;
inline void start_switch(void** fake_stack, const void* bottom, std::size_t size) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
inline void finish_switch(void* fake_stack) {
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
}
// Frames that were left for good may have left poison behind.
inline void forget_frames(void* low, std::size_t size) {
  __asan_unpoison_memory_region(low, size);
}
#else
inline constexpr bool kAddressSanitizer = false;
inline void start_switch(void**, const void*, std::size_t) {}
inline void finish_switch(void*) {}
inline void forget_frames(void*, std::size_t) {}
#endif

#ifdef BANTER_TSAN
inline void* current_fiber() {
  return __tsan_get_current_fiber();
}
inline void* create_fiber() {
  return __tsan_create_fiber(0);
}
inline void destroy_fiber(void* fiber) {
  __tsan_destroy_fiber(fiber);
}
inline void switch_fiber(void* fiber) {
  __tsan_switch_to_fiber(fiber, 0);
}
#else
inline void* current_fiber() {
  return nullptr;
}
inline void* create_fiber() {
  return nullptr;
}
inline void destroy_fiber(void*) {}
inline void switch_fiber(void*) {}
#endif

}  // namespace banter::carrier
