// script.cc -- a script's statements and definitions, in order.
#include "tonel/definition_reader.h"
#include "tonel/reader.h"

namespace banter::tonel {
namespace {

class ScriptReader {
 public:
  explicit ScriptReader(const SourceText& source) : lexer_(source) {}

  std::vector<ScriptChunk> read() {
    skip_prologue();
    for (;;) {
      read_comments();
      if (lexer_.at_end()) break;
      if (!read_definition()) read_statement();
    }
    return std::move(result_);
  }

 private:
  void skip_prologue() {
    if (lexer_.text().starts_with("\xEF\xBB\xBF")) lexer_.set_position(3);
    if (lexer_.peek() != '#' || lexer_.peek(1) != '!') return;
    while (!lexer_.at_end() && lexer_.peek() != '\n') lexer_.set_position(lexer_.position() + 1);
  }

  // The last comment may be that of the class that follows.
  void read_comments() {
    comment_.clear();
    for (lexer_.skip_white(); lexer_.peek() == '"'; lexer_.skip_white()) {
      comment_ = lexer_.read_comment();
    }
  }

  // Whether `Class {` or `Trait {` comes next; moves behind the word if so.
  bool take_class_word(bool& is_trait) {
    const std::size_t begin = lexer_.position();
    if (lexer_.at_identifier()) {
      const std::string_view word = lexer_.read_identifier();
      is_trait = word == "Trait";
      if (word == "Class" || is_trait) {
        lexer_.skip_white();
        if (at_metadata(lexer_)) return true;
      }
    }
    lexer_.set_position(begin);
    return false;
  }

  bool at_definition() {
    const std::size_t begin = lexer_.position();
    bool is_trait = false;
    const bool result = take_class_word(is_trait) || at_metadata(lexer_) || at_method(lexer_);
    lexer_.set_position(begin);
    return result;
  }

  bool read_definition() {
    const std::size_t begin = lexer_.position();
    bool is_trait = false;
    if (take_class_word(is_trait)) {
      result_.push_back(read_class(lexer_, is_trait, begin, comment_));
      return true;
    }
    std::string category;
    if (at_metadata(lexer_)) {
      category = read_category(lexer_);
      lexer_.skip_blanks();
    } else if (!at_method(lexer_)) {
      return false;
    }
    result_.push_back(read_method(lexer_, std::move(category)));
    return true;
  }

  // `| a b |`; something else that begins with a bar is the compiler's to complain about.
  void skip_temporaries() {
    const std::size_t begin = lexer_.position();
    if (!lexer_.take('|')) return;
    lexer_.skip_blanks();
    while (lexer_.at_identifier()) {
      lexer_.read_identifier();
      lexer_.skip_blanks();
    }
    if (lexer_.take('|')) {
      has_temporaries_ = true;
    } else {
      lexer_.set_position(begin);
    }
  }

  void read_statement() {
    const std::size_t begin = lexer_.position();
    has_temporaries_ = false;
    skip_temporaries();
    const std::size_t behind_temporaries = lexer_.position();
    lexer_.skip_blanks();
    if (has_temporaries_ && (lexer_.at_end() || at_definition())) {
      add_statement(begin, behind_temporaries, false);
      return;
    }
    const bool is_return = lexer_.peek() == '^';
    const std::size_t first = lexer_.position();
    skip_to_period();
    if (lexer_.position() > first || has_temporaries_) {
      add_statement(begin, lexer_.position(), is_return);
    }
    lexer_.take('.');
  }

  // A period inside brackets, or between two digits, does not end a statement.
  void skip_to_period() {
    int depth = 0;
    while (!lexer_.at_end()) {
      const char c = lexer_.peek();
      if (c == '.' && depth <= 0 && !is_decimal_point()) return;
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      lexer_.skip_one();
    }
  }

  bool is_decimal_point() const {
    const std::size_t position = lexer_.position();
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return position > 0 && is_digit(lexer_.text()[position - 1]) && is_digit(lexer_.peek(1));
  }

  void add_statement(std::size_t begin, std::size_t end, bool is_return) {
    Statement statement;
    statement.source = lexer_.text(begin, end);
    statement.file = lexer_.source().file;
    const SourcePosition position = position_of(lexer_.source(), begin);
    statement.line = position.line;
    statement.column = position.column;
    statement.is_return = is_return;
    result_.push_back(std::move(statement));
  }

  Lexer lexer_;
  std::vector<ScriptChunk> result_;
  std::string comment_;
  bool has_temporaries_ = false;
};

}  // namespace

Result<std::vector<ScriptChunk>, SourceError> read_script(std::string_view text, std::string file) {
  const SourceText source{text, std::move(file), 1, 1};
  try {
    return ScriptReader(source).read();
  } catch (Failure& failure) {
    return std::move(failure.error);
  }
}

}  // namespace banter::tonel
