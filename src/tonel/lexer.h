// lexer.h -- moves over Smalltalk text without understanding it: strings, comments, characters and
// brackets are recognized, so that the end of a method or a statement is found.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/source_text.h"

namespace banter::tonel {

// A mistake in the text, thrown and caught inside this layer only.
struct Failure {
  SourceError error;
};

class Lexer {
 public:
  explicit Lexer(const SourceText& source) : source_(source), text_(source.text) {}

  std::size_t position() const { return position_; }
  void set_position(std::size_t position) { position_ = position; }
  bool at_end() const { return position_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }
  std::string_view text() const { return text_; }
  std::string_view text(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }
  const SourceText& source() const { return source_; }

  [[noreturn]] void fail(std::size_t begin, std::size_t length, std::string message) const;
  // Fails about the word that comes next: expected `what`.
  [[noreturn]] void fail_expected(std::string_view what) const;

  void skip_white();
  // White space and comments.
  void skip_blanks();
  // A comment without its quotes, doubled quotes made single. Requires a quote to come next.
  std::string read_comment();
  // A string likewise. Requires an apostrophe to come next.
  std::string read_string();

  // Goes on if `c` comes next.
  bool take(char c);
  void expect(char c, std::string_view what);
  bool at_identifier() const;
  // Requires at_identifier().
  std::string_view read_identifier();
  // A run of binary characters, possibly empty.
  std::string_view read_binary();

  // Goes over one string, comment, character, or other character. Answers that character, or a
  // blank for the first three.
  char skip_one();
  // From behind an opening bracket to behind the one that closes it; fails at `begin` if none does.
  void skip_to_close(std::size_t begin, std::string_view what);

 private:
  std::string read_quoted(char quote, std::string_view what);

  const SourceText& source_;
  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace banter::tonel
