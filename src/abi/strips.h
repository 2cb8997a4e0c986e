// strips.h -- registers and stack of a call as rows of bytes: what svg.h draws.
//
// A strip is one register, or one word of the stack; its byte 0 is the least significant one, or
// the one at the lowest address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/places.h"

namespace banter::abi {

enum class ByteUse : std::uint8_t {
  unused,   // nothing says what is there
  value,    // byte `number` of the value
  padding,  // of the value, too, but of none of its members
  zero,     // a narrow value is widened,
  sign,     // or its sign is copied
  address,  // of a value passed by reference
};

struct StripByte {
  ByteUse use = ByteUse::unused;
  std::uint32_t owner = 0;   // index of the argument; their count for the result
  std::uint32_t number = 0;  // of the value's byte
};

struct StripLabel {
  std::uint32_t owner;
  std::string text;  // "p", "p: x, y[2]", "address of p"
};

struct Strip {
  std::string name;              // "rdi", "sp+8"
  std::vector<StripByte> bytes;  // empty where `note` stands for a stretch of the stack
  std::vector<StripLabel> labels;
  std::string note;  // "home space of the callee", "40 bytes more"
};

struct Strips {
  std::vector<Strip> registers;  // that arguments use; general ones first
  std::vector<Strip> stack;
  std::vector<Strip> results;
};

// `names` are those of the arguments, then that of the result. Requires as many as owners.
Strips strips_of(const CallPlan& plan, const std::vector<std::string>& names);

}  // namespace banter::abi
