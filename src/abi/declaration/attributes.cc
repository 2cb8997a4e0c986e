// attributes.cc -- __attribute__((...)), [[...]], __declspec, _Alignas, and words like __stdcall.
//
// An attribute that nobody knows is skipped, as compilers do: most are hints. Those that change
// where a value lies or travels, and that are not understood here, are refused by name.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>

#include "abi/declaration/parser.h"

namespace banter::abi::declaration {
namespace {

struct ConventionWord {
  std::string_view word;
  Convention convention;
};
constexpr std::array kConventionWords = {
    ConventionWord{"__cdecl", Convention::cdecl_call},
    ConventionWord{"_cdecl", Convention::cdecl_call},
    ConventionWord{"cdecl", Convention::cdecl_call},
    ConventionWord{"__stdcall", Convention::stdcall_call},
    ConventionWord{"_stdcall", Convention::stdcall_call},
    ConventionWord{"stdcall", Convention::stdcall_call},
    ConventionWord{"WINAPI", Convention::stdcall_call},
    ConventionWord{"CALLBACK", Convention::stdcall_call},
    ConventionWord{"APIENTRY", Convention::stdcall_call},
    ConventionWord{"__fastcall", Convention::fastcall_call},
    ConventionWord{"__thiscall", Convention::thiscall_call},
};
// Attributes: the same names, without underscores.
constexpr std::array kConventionAttributes = {
    ConventionWord{"cdecl", Convention::cdecl_call},
    ConventionWord{"stdcall", Convention::stdcall_call},
    ConventionWord{"fastcall", Convention::fastcall_call},
    ConventionWord{"thiscall", Convention::thiscall_call},
};

constexpr std::array<std::string_view, 22> kRefused = {"mode",
                                                       "transparent_union",
                                                       "scalar_storage_order",
                                                       "regparm",
                                                       "sseregparm",
                                                       "vectorcall",
                                                       "regcall",
                                                       "pascal",
                                                       "pcs",
                                                       "preserve_most",
                                                       "preserve_all",
                                                       "preserve_none",
                                                       "swiftcall",
                                                       "swiftasynccall",
                                                       "aarch64_vector_pcs",
                                                       "aarch64_sve_pcs",
                                                       "ext_vector_type",
                                                       "neon_vector_type",
                                                       "neon_polyvector_type",
                                                       "address_space",
                                                       "warn_if_not_aligned",
                                                       "arm_sve_vector_bits"};
constexpr std::array<std::string_view, 4> kRefusedWords = {"__vectorcall", "__regcall", "__pascal",
                                                           "_Atomic"};

// "__packed__" is "packed".
std::string_view bare(std::string_view name) {
  if (name.size() > 4 && name.starts_with("__") && name.ends_with("__")) {
    return name.substr(2, name.size() - 4);
  }
  return name;
}

// What __attribute__((aligned)) without a number means: GCC's BIGGEST_ALIGNMENT.
Bytes biggest_alignment(AbiName abi) {
  const bool arm = abi == AbiName::aapcs32 || abi == AbiName::aapcs32_soft;
  return {arm ? 8u : 16u};
}

}  // namespace

void merge(Attributes& attributes, const Attributes& more) {
  attributes.packed |= more.packed;
  attributes.ms_bit_fields |= more.ms_bit_fields;
  attributes.alignment = std::max(attributes.alignment, more.alignment);
  attributes.pack = std::max(attributes.pack, more.pack);
  if (more.vector_size) attributes.vector_size = more.vector_size;
  if (more.convention) attributes.convention = more.convention;
}

bool Parser::is_convention_word(const Token& word) {
  return std::ranges::find(kConventionWords, word.text, &ConventionWord::word) !=
         kConventionWords.end();
}

bool Parser::is_attribute_word(const Token& word) {
  return word.is("__attribute__") || word.is("__attribute") || word.is("__declspec") ||
         word.is("_Alignas") || word.is("alignas");
}

// One group of attributes, if there is one here.
bool Parser::attribute(Attributes& attributes) {
  if (convention_word(attributes)) return true;
  if (token().is("[") && ahead().is("[")) {
    advance();
    advance();
    attribute_list(attributes, "]");
    expect("]");
    return true;
  }
  if (!at_word() || !is_attribute_word(token())) return false;
  const bool gnu = token().text.starts_with("__attr");
  const bool alignas_word = token().text.ends_with("lignas");
  advance();
  expect("(");
  if (alignas_word) {
    alignas_attribute(attributes);
    expect(")");
    return true;
  }
  if (gnu) expect("(");
  attribute_list(attributes, ")");
  if (gnu) expect(")");
  return true;
}

bool Parser::convention_word(Attributes& attributes) {
  if (!at_word()) return false;
  if (std::ranges::find(kRefusedWords, token().text) != kRefusedWords.end()) {
    reject(token().at, fmt::format("{} is not supported", token().text));
  }
  const auto word = std::ranges::find(kConventionWords, token().text, &ConventionWord::word);
  if (word == kConventionWords.end()) return false;
  attributes.convention = word->convention;
  advance();
  return true;
}

void Parser::attribute_list(Attributes& attributes, std::string_view closing) {
  while (!accept(closing)) {
    if (accept(",")) continue;
    if (!at_word()) refuse("an attribute");
    one_attribute(attributes);
  }
}

void Parser::one_attribute(Attributes& attributes) {
  const std::size_t at = token().at;
  std::string_view name = bare(token().text);
  advance();
  if (accept_pair("::")) {  // [[gnu::packed]]
    if (!at_word()) refuse("an attribute");
    name = bare(token().text);
    advance();
  }
  if (std::ranges::find(kRefused, name) != kRefused.end()) {
    reject(at, fmt::format("the attribute {} is not supported", name));
  }
  const bool is_ms_abi = name == "ms_abi";
  if ((is_ms_abi && abi_ == AbiName::sysv_x64) ||
      (name == "sysv_abi" && abi_ == AbiName::win_x64)) {
    reject(at, fmt::format("a function of {} is asked of {}", name, name_of(abi_)));
  }
  if (name == "gcc_struct" && abi_ == AbiName::win_x64) {
    reject(at, "the attribute gcc_struct is not supported under win_x64");
  }
  if (name == "packed") attributes.packed = true;
  if (name == "ms_struct") attributes.ms_bit_fields = true;
  const auto word = std::ranges::find(kConventionAttributes, name, &ConventionWord::word);
  if (word != kConventionAttributes.end()) attributes.convention = word->convention;
  if (name == "aligned" || name == "align" || name == "pack" || name == "vector_size") {
    return numeric_attribute(name, at, attributes);
  }
  if (token().is("(")) skip_balanced();
}

void Parser::numeric_attribute(std::string_view name, std::size_t at, Attributes& attributes) {
  if (!accept("(")) {
    if (name != "aligned") refuse("'('");
    attributes.alignment = std::max(attributes.alignment, biggest_alignment(abi_));
    return;
  }
  if (name == "vector_size") {
    const Constant size = constant();
    if (size.bits == 0 || size.bits > 16) {
      reject(at, fmt::format("a vector of {} bytes is not supported; 8 and 16 are",
                             static_cast<std::int64_t>(size.bits)));
    }
    attributes.vector_size = static_cast<std::uint32_t>(size.bits);
  } else if (name == "pack") {
    attributes.pack = alignment_argument();
  } else {
    attributes.alignment = std::max(attributes.alignment, alignment_argument());
  }
  expect(")");
}

// _Alignas(16), _Alignas(double), and _Alignas(0), which asks for nothing. [C11 6.7.5]
void Parser::alignas_attribute(Attributes& attributes) {
  Bytes wanted{0};
  if (is_type_word(token())) {
    const Specifiers base = specifiers();
    wanted = value(derived(base, declarator()), false).alignment;
  } else if (token().is("0") && ahead().is(")")) {
    advance();
  } else {
    wanted = alignment_argument();
  }
  attributes.alignment = std::max(attributes.alignment, wanted);
}

Bytes Parser::alignment_argument() {
  const std::size_t at = token().at;
  const std::uint64_t count = constant().bits;
  if (!std::has_single_bit(count) || count > kLargestAlignment) {
    reject(at, fmt::format("an alignment is a power of two up to {}", kLargestAlignment));
  }
  return {static_cast<std::uint32_t>(count)};
}

}  // namespace banter::abi::declaration
