// parser.h -- a recursive-descent parser for C declarations; inside src/abi/declaration only.
//
//   declaration  specifiers declarator, declarator ... ;
//   specifiers   a type, qualifiers, storage class, attributes       specifiers.cc, aggregates.cc
//   declarator   ('*' qualifiers)* ( '(' declarator ')' | name | nothing )
//                ( '(' parameters ')' | '[' size ']' )*              declarators.cc
//
// A declarator is read inside out: `(*f)(double)` says that f is a pointer to a function. So it is
// collected as a list of derivations that stand from the name outwards, and applied to the type of
// the specifiers from the list's end. [C11 6.7.6]
//
// What keeps hostile text harmless: recursion is counted (Nesting), so is the nesting of types
// (Parsed::depth), and what a type is spelled with (kLongestSpelling); a name's text is read once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "abi/declaration.h"
#include "abi/layout.h"
#include "abi/tokens.h"
#include "abi/type_names.h"

namespace banter::abi::declaration {

inline constexpr int kDeepest = 128;  // C11 5.2.4.1 asks for 63
inline constexpr std::size_t kLongestSpelling = 1 << 16;
inline constexpr std::uint32_t kLargestAlignment = 1 << 16;

// Thrown by the parser, caught where parsing begins.
struct Refusal {
  std::string message;
};

// A type on its way. `type` can be used, unless this is a function, or a tag that is not complete,
// or `unusable` says why no value of it can be (a pointer to it can).
struct Parsed {
  CType type;
  std::shared_ptr<const Signature> function;
  std::shared_ptr<const Parsed> element;  // of an array
  std::string tag;                        // "struct node", as long as its definition is unknown
  std::string unusable;
  std::size_t at = 0;
  bool is_const = false;
  bool is_flexible = false;  // an array without a count
  // What the type is aligned to without the aligned(n) of a typedef, where there was one: arguments
  // travel by this one, members are laid out by type.alignment.
  std::optional<Bytes> plain_alignment;
  bool named = false;  // spelled by a name of the program's that stays in the text
  int depth = 0;       // of structures, arrays and functions in each other
};

// What attributes, `__declspec`, `_Alignas` and words such as `__stdcall` ask for.
struct Attributes {
  bool packed = false;
  Bytes alignment{0};
  Bytes pack{0};
  std::optional<std::uint32_t> vector_size;
  bool ms_bit_fields = false;
  std::optional<Convention> convention;
};

struct PointerTo {
  std::optional<Convention> convention;  // `(__stdcall *f)(int)`
};
struct ArrayOf {
  std::optional<std::uint32_t> count;  // nothing: `[]`
};
struct FunctionTaking {
  std::vector<Parameter> parameters;
  bool variadic = false;
  std::size_t fixed_count = 0;  // with `variadic`: parameters before the `...`
  Convention convention = Convention::cdecl_call;
  int depth = 0;
};
using Derivation = std::variant<PointerTo, ArrayOf, FunctionTaking>;

struct Declarator {
  std::string name;
  std::size_t at = 0;                   // of the name, or of where it would stand
  std::vector<Derivation> derivations;  // from the name outwards
  Attributes attributes;
};

struct Specifiers {
  Parsed base;
  Attributes attributes;
  bool is_typedef = false;
  bool is_definition = false;  // of a tag, so that `;` may follow
};

// A number of a constant expression. [C11 6.6, 6.3.1.8]
struct Constant {
  std::uint64_t bits = 0;  // sign- or zero-extended by the type
  bool is_wide = false;    // 64 bits, otherwise 32
  bool is_unsigned = false;
};

// What `more` asks for is added; of two conventions its own holds.
void merge(Attributes& attributes, const Attributes& more);

// A structure or union as C writes it, with what its layout needs to be found again.
std::string definition_text(const AggregateRequest& request);

struct Tag {
  std::optional<Parsed> type;  // nothing yet: declared, or being defined
  std::string definition;      // "struct point { int x, y; }"
};

// What a text declares itself.
struct Scope {
  std::map<std::string, Parsed, std::less<>> typedefs;
  std::map<std::string, Tag, std::less<>> tags;  // "struct point"
  std::map<std::string, Constant, std::less<>> enumerators;
  Declarations found;  // in order
};

// The program's names, shared by all texts that one question leads to.
struct Lookup {
  explicit Lookup(const TypeNames& program) : names(program) {}
  const TypeNames& names;
  std::map<std::string, Parsed, std::less<>> known;
  std::set<std::string, std::less<>> open;  // being read: a type inside itself
};

class Parser {
 public:
  Parser(std::string_view text, AbiName abi, Lookup& lookup, int depth = 0);

  // Each reads the whole text.
  Signature signature();
  MemberRequest field();
  CType type();
  Declarations declarations();

 private:
  // Counts recursion while it lives.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { parser_.depth_--; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };

  // Tokens and refusals: parser.cc.
  const Token& token() const { return tokens_[position_]; }
  const Token& ahead(std::size_t by = 1) const;
  bool at_end() const { return token().kind == TokenKind::end; }
  bool at_word() const { return token().kind == TokenKind::word; }
  void advance();
  bool accept(std::string_view sign);
  bool accept_pair(std::string_view signs);  // "<<", "==": two signs without space
  void expect(std::string_view sign);
  void expect_end();
  void skip_balanced();  // a token, or from an opening sign to its closing one
  std::string quoted_token() const;
  [[noreturn]] void refuse_at(std::size_t at, std::string_view expected,
                              std::string_view found) const;
  [[noreturn]] void refuse(std::string_view expected) const;
  [[noreturn]] void reject(std::size_t at, std::string_view what) const;
  template <class T>
  T checked(Result<T> result, std::size_t at) const {
    if (!result.ok()) reject(at, result.error().message);
    return std::move(result).value();
  }

  // Whole declarations: statements.cc.
  Specifiers last_specifiers();
  void directive();
  void pragma_pack(const std::vector<Token>& words);
  void define_typedefs(const Specifiers& base);
  void define_typedef(const Specifiers& base, const Declarator& what);
  void statement();
  void record(const Specifiers& base, const Declarator& what);
  Parsed type_name();
  static Parsed with_alignment(Parsed parsed, Bytes alignment);

  // Specifiers: specifiers.cc.
  Specifiers specifiers();
  bool specifier_word(Specifiers& result, KeywordCount& words, bool& named);
  bool qualifier(bool* is_const);
  bool is_type_word(const Token& word) const;
  void named_type(Specifiers& result);
  std::optional<Parsed> typedef_named(std::string_view name, std::size_t at);
  std::optional<Parsed> program_type(std::string_view name, std::size_t at);
  void apply_to_base(Parsed& base, const Attributes& attributes) const;
  void make_const(Parsed& base) const;

  // Attributes: attributes.cc.
  bool attribute(Attributes& attributes);
  bool convention_word(Attributes& attributes);
  static bool is_attribute_word(const Token& word);
  static bool is_convention_word(const Token& word);
  void attribute_list(Attributes& attributes, std::string_view closing);
  void one_attribute(Attributes& attributes);
  void numeric_attribute(std::string_view name, std::size_t at, Attributes& attributes);
  void alignas_attribute(Attributes& attributes);
  Bytes alignment_argument();

  // Declarators: declarators.cc.
  Declarator declarator();
  Derivation suffix();
  bool opens_nested_declarator() const;
  ArrayOf array_part();
  FunctionTaking parameters();
  Parameter parameter(FunctionTaking& list);
  std::optional<Parameter> bare_constant();

  // Derived types: derivations.cc.
  Parsed derived(const Specifiers& base, Declarator what);
  void bind_convention(const Attributes& base, Declarator& what) const;
  Parsed pointer_to(const Parsed& target) const;
  Parsed array_of(Parsed element, const ArrayOf& array);
  Parsed function_answering(Parsed answer, const FunctionTaking& list);
  CType value(Parsed parsed, bool is_parameter, bool is_result = false);
  void complete(Parsed& parsed);
  static std::string needs_definition(const Parsed& parsed);
  void check_spelling(const CType& type, std::size_t at) const;
  int checked_depth(int depth, std::size_t at) const;

  // Structures and unions: aggregates.cc.
  void tagged_type(Specifiers& result);
  Parsed reference_to(const std::string& key, std::size_t at);
  Parsed define_aggregate(const std::string& key, std::string tag, Attributes& attributes);
  static void align_as_member(MemberRequest& member, const Parsed& type, bool in_packed);
  void define_tag(const std::string& key, Parsed& parsed, const std::string& definition);
  void members(AggregateRequest& request, std::vector<Parsed>& types);
  void member_declaration(AggregateRequest& request, std::vector<Parsed>& types);
  void member(const Specifiers& base, AggregateRequest& request, std::vector<Parsed>& types);
  std::optional<std::uint32_t> bit_width();
  void drop_pack_without_effect(AggregateRequest& request, const CType& type) const;

  // Enumerations: enumerations.cc.
  Parsed define_enum(const std::string& key, Attributes& attributes);
  std::string enumerators(std::int64_t& least, std::int64_t& most);
  void define_enumerator(const std::string& name, const Constant& value, std::size_t at);
  ValueKind enum_kind(std::int64_t least, std::int64_t most, bool packed) const;

  // Constant expressions: constants.cc.
  Constant constant();
  Constant binary(int weakest);
  Constant unary();
  Constant primary();
  Constant parenthesized();
  Constant number();
  Constant size_question(bool of_alignment);
  std::optional<Constant> character() const;
  Constant applied(std::string_view sign, Constant left, Constant right, std::size_t at) const;

  std::string_view text_;
  std::vector<Token> tokens_;
  AbiName abi_;
  Lookup& lookup_;
  int depth_;
  std::size_t position_ = 0;
  Scope scope_;
  bool keeps_names_ = false;  // the text's own type names stay in spellings: they are its result
  int parameter_lists_ = 0;   // open ones: there an array's size may be a parameter's name
  Bytes pack_{0};             // #pragma pack(n)
  std::vector<Bytes> saved_packs_;
};

// "line 3, column 7" style place of text[at], with the line: what every message ends with.
std::string place_of(std::string_view text, std::size_t at);
std::string line_of(std::string_view text, std::size_t at);

}  // namespace banter::abi::declaration
