#include "ffi/method_pattern.h"

#include <cctype>

namespace banter::ffi {
namespace {

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_word(char c) {
  return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

class Pattern {
 public:
  explicit Pattern(std::string_view source) : source_(source) {}

  std::vector<std::string> arguments() {
    std::vector<std::string> names;
    skip_blanks();
    if (at_ < source_.size() && !is_letter(source_[at_])) {
      while (at_ < source_.size() && !is_space(source_[at_]) && !is_letter(source_[at_])) at_++;
      skip_blanks();
      names.push_back(word());
      return names;
    }
    for (;;) {
      word();
      if (at_ >= source_.size() || source_[at_] != ':') return names;
      at_++;
      skip_blanks();
      names.push_back(word());
      skip_blanks();
      if (!keyword_follows()) return names;
    }
  }

 private:
  std::string word() {
    const std::size_t begin = at_;
    while (at_ < source_.size() && is_word(source_[at_])) at_++;
    return std::string(source_.substr(begin, at_ - begin));
  }
  // Space, and comments between the parts of a selector.
  void skip_blanks() {
    while (at_ < source_.size()) {
      if (is_space(source_[at_])) {
        at_++;
      } else if (source_[at_] == '"') {
        const std::size_t end = source_.find('"', at_ + 1);
        at_ = end == source_.npos ? source_.size() : end + 1;
      } else {
        return;
      }
    }
  }
  bool keyword_follows() const {
    std::size_t i = at_;
    if (i >= source_.size() || !is_letter(source_[i])) return false;
    while (i < source_.size() && is_word(source_[i])) i++;
    return i < source_.size() && source_[i] == ':' && source_.substr(i, 2) != ":=";
  }

  std::string_view source_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> argument_names(std::string_view source) {
  return Pattern(source).arguments();
}

}  // namespace banter::ffi
