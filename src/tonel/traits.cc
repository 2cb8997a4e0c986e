#include "tonel/traits.h"

#include "tonel/lexer.h"

namespace banter::tonel {
namespace {

class TraitsReader {
 public:
  explicit TraitsReader(Lexer& lexer) : lexer_(lexer) {}

  std::vector<TraitUse> read() {
    lexer_.skip_blanks();
    if (lexer_.take('{')) {
      lexer_.skip_blanks();
      lexer_.expect('}', "'}'");
    } else if (!lexer_.at_end()) {
      read_composition(0);
    }
    lexer_.skip_blanks();
    if (!lexer_.at_end()) lexer_.fail_expected("'+', '-' or '@'");
    return std::move(uses_);
  }

 private:
  void read_composition(unsigned nesting) {
    read_operand(nesting);
    for (;;) {
      lexer_.skip_blanks();
      if (lexer_.take('+')) {
        read_operand(nesting);
      } else if (lexer_.take('-')) {
        read_exclusions();
      } else if (lexer_.take('@')) {
        read_aliases();
      } else {
        return;
      }
    }
  }

  void read_operand(unsigned nesting) {
    lexer_.skip_blanks();
    if (nesting < 50 && lexer_.take('(')) {
      read_composition(nesting + 1);
      lexer_.skip_blanks();
      lexer_.expect(')', "')'");
      return;
    }
    if (!lexer_.at_identifier()) lexer_.fail_expected("the name of a trait");
    TraitUse use;
    use.name = lexer_.read_identifier();
    lexer_.skip_blanks();
    const std::size_t behind = lexer_.position();
    if (lexer_.at_identifier()) {
      const std::string_view side = lexer_.read_identifier();
      if (side != "classTrait" && side != "class" && side != "classSide") {
        lexer_.set_position(behind);
        lexer_.fail_expected("'classTrait'");
      }
      use.class_side = true;
    }
    uses_.push_back(std::move(use));
  }

  std::string read_selector() {
    lexer_.skip_blanks();
    lexer_.take('#');
    if (lexer_.peek() == '\'') return lexer_.read_string();
    std::string selector;
    while (lexer_.at_identifier()) {
      selector += lexer_.read_identifier();
      if (lexer_.take(':')) selector += ':';
    }
    if (selector.empty()) selector = lexer_.read_binary();
    if (selector.empty()) lexer_.fail_expected("a selector");
    return selector;
  }

  // The elements of `{ a. b }`, `#(a b)`, or a single one.
  template <class Read>
  void read_elements(Read read) {
    lexer_.skip_blanks();
    char close = '\0';
    if (lexer_.take('{')) close = '}';
    if (close == '\0' && lexer_.peek() == '#' && lexer_.peek(1) == '(') {
      lexer_.set_position(lexer_.position() + 2);
      close = ')';
    }
    if (close == '\0') {
      read();
      return;
    }
    for (;;) {
      lexer_.skip_blanks();
      if (lexer_.take(close)) return;
      if (lexer_.take('.')) continue;
      read();
    }
  }

  void read_exclusions() {
    read_elements([&] { uses_.back().exclusions.push_back(read_selector()); });
  }

  void read_aliases() {
    read_elements([&] {
      std::string alias = read_selector();
      lexer_.skip_blanks();
      if (!lexer_.take('-') || !lexer_.take('>')) lexer_.fail_expected("'->'");
      uses_.back().aliases.emplace_back(std::move(alias), read_selector());
    });
  }

  Lexer& lexer_;
  std::vector<TraitUse> uses_;
};

}  // namespace

TraitsReading read_traits(std::string_view text) {
  const SourceText source{text, "", 1, 1};
  Lexer lexer(source);
  try {
    return {TraitsReader(lexer).read(), ""};
  } catch (Failure& failure) {
    return {{}, std::move(failure.error.message)};
  }
}

}  // namespace banter::tonel
