// class_indices.h -- the class-table entries that the virtual machine knows by number.
//
// An object's header names its class by an index into the class table. Spur reserves 1 to 4, 16 to
// 19 and 32 to 53; the other indices of page 0 are Banter's own choice. Indices up to 31 are no
// classes of the image: objects that have them are hidden from Smalltalk. New classes get
// kFirstFree and up.
#pragma once

#include <cstdint>

namespace banter::heap {

enum class ClassIndex : std::uint32_t {
  kFreeChunk = 0,
  kSmallInteger = 1,  // the three immediate classes have the tag of their values as index
  kCharacter = 2,
  kSegmentBridge = 3,
  kSmallFloat64 = 4,
  kArrayPun = 16,  // hidden roots and class-table pages
  kLongsPun = 19,  // the free lists object
  kLastPun = 31,

  kLargeNegativeInteger = 32,
  kLargePositiveInteger = 33,
  kBoxedFloat64 = 34,
  kMessage = 35,
  kContext = 36,
  kBlockClosure = 37,
  kFullBlockClosure = 38,
  kCompiledMethod = 39,
  kCompiledBlock = 40,
  kByteSymbol = 41,
  kWideString = 42,
  kAssociation = 43,
  kPoint = 44,
  kSemaphore = 45,
  kProcess = 46,
  kMethodDictionary = 47,
  kWideSymbol = 48,
  kExternalAddress = 49,
  kByteArray = 50,
  kArray = 51,
  kByteString = 52,
  kBitmap = 53,
  kFloat32Array = 54,
  kFloat64Array = 55,
  kUndefinedObject = 56,
  kFalse = 57,
  kTrue = 58,
  kAlien = 59,
  kUnsafeAlien = 60,

  kFirstFree = 1024,
};

constexpr std::uint32_t to_index(ClassIndex index) {
  return static_cast<std::uint32_t>(index);
}

constexpr std::uint32_t kClassPageSlots = 1024;
constexpr std::uint32_t kClassPages = 4096;
constexpr std::uint32_t kHiddenRootSlots = kClassPages + 8;
constexpr std::uint32_t kMaxClassIndex = kClassPages * kClassPageSlots - 1;

}  // namespace banter::heap
