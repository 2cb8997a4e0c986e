// line.h -- text of limited length, put together without allocation: for reports that are written
// where nothing may be allocated, such as a signal handler.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

namespace banter {

// What does not fit is cut off.
class Line {
 public:
  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    const std::size_t room = kCapacity - size_;
    const auto written =
        fmt::format_to_n(text_ + size_, room, format, std::forward<Values>(values)...);
    size_ += written.size < room ? written.size : room;
  }
  void add_text(std::string_view text) { add("{}", text); }
  void clear() { size_ = 0; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {text_, size_}; }

 private:
  static constexpr std::size_t kCapacity = 1000;
  std::size_t size_ = 0;
  char text_[kCapacity];
};

// Takes the parts of a report. `write` must do what the place where it is called allows.
struct TextSink {
  void (*write)(void* data, std::string_view text);
  void* data;

  void operator()(const Line& line) const { write(data, line.view()); }
  void operator()(std::string_view text) const { write(data, text); }
};

}  // namespace banter
