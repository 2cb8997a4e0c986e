// subject.h -- what observers of crossings know of a C function or a callback: its name and the
// types by which raw words can be read.
//
// A Subject is never freed and never changes, so that a record of a crossing can be read at any
// time, by any thread, in a signal handler: long after its Function or Callback has gone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/signature.h"

namespace banter::ffi {

struct Subject {
  // So many arguments are recorded.
  static constexpr std::size_t kMostWords = 6;

  struct Value {
    abi::ValueKind kind = abi::ValueKind::nothing;
    abi::Role role = abi::Role::plain;
  };

  bool is_callback = false;
  std::uint8_t word_count = 0;      // of the arguments, those that are recorded
  bool has_more_arguments = false;  // than those
  Value result;
  Value arguments[kMostWords];
  std::string name;  // "abs"; of a callback its signature
  std::string text;  // the signature as C writes it

  // The one Subject for that signature: made at the first question. Any thread; allocates.
  static const Subject& of(const abi::Signature& signature, bool is_callback);
};

}  // namespace banter::ffi
