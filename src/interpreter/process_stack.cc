#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "interpreter/frame.h"

namespace banter::interpreter {

ProcessStack::ProcessStack(std::uint32_t id) : id_(id) {
  BANTER_CHECK(move_to(kFirstValues, kFirstFrames), "no memory for the stack of another process");
}

bool ProcessStack::move_to(std::size_t value_count, std::size_t frame_count) {
  const std::size_t values_used = value_depth();
  const std::size_t frames_used = depth();
  BANTER_CHECK(values_used + kHeadroom / 2 <= value_count && frames_used <= frame_count,
               "{} values and {} frames do not fit in {} and {}", values_used, frames_used,
               value_count, frame_count);
  std::unique_ptr<void, Free> value_memory(
      std::malloc((value_count + value_count / 2) * sizeof(Oop)));
  std::unique_ptr<void, Free> frame_memory(
      std::malloc((frame_count + frame_count / 2) * sizeof(Frame)));
  if (value_memory == nullptr || frame_memory == nullptr) return false;
  auto* values = static_cast<Oop*>(value_memory.get());
  auto* frames = static_cast<Frame*>(frame_memory.get());
  if (values_used != 0) std::memcpy(static_cast<void*>(values), values_, values_used * sizeof(Oop));
  for (std::size_t i = 0; i < frames_used; ++i) {
    frames[i] = frames_[i];
    frames[i].base = values + (frames_[i].base - values_);
  }
  if (frames_used != 0) top = frames + (frames_used - 1);
  sp = values + static_cast<std::ptrdiff_t>(values_used) - 1;
  value_memory_ = std::move(value_memory);
  frame_memory_ = std::move(frame_memory);
  values_ = values;
  frames_ = frames;
  value_count_ = moved_value_count_ = value_count;
  frame_count_ = moved_frame_count_ = frame_count;
  return true;
}

void ProcessStack::open_quarter() {
  const auto more = [](std::size_t count, std::size_t moved) {
    return std::min(count + moved / 4, moved + moved / 2);
  };
  value_count_ = more(value_count_, moved_value_count_);
  frame_count_ = more(frame_count_, moved_frame_count_);
}

void ProcessStack::close_quarters() {
  value_count_ = moved_value_count_;
  frame_count_ = moved_frame_count_;
}

}  // namespace banter::interpreter
