// verifier.h -- walks the heap and asserts the sentences of heap.h and object.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "heap/heap.h"

namespace banter::heap {

class Verifier {
 public:
  explicit Verifier(const Heap& heap);
  // The first invariant found broken, in words, or an empty string.
  std::string first_problem();

 private:
  bool is_start(std::uint64_t address) const;
  void note_start(const Object* object);
  bool find_starts();
  void check_object(const Object* object);
  void check_slots(const Object* object);
  void check_special_places();
  void check_remembered_set();
  void check_free_space();
  bool is_good(Oop oop) const;
  template <class... Arguments>
  void problem(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (problem_.empty()) problem_ = fmt::format(format, std::forward<Arguments>(arguments)...);
  }

  const Heap& heap_;
  std::uint64_t base_, end_;
  std::vector<bool> starts_;  // [i]: an object's header is at base_ + 8 i
  std::string problem_;
  std::size_t free_bytes_ = 0;
};

}  // namespace banter::heap
