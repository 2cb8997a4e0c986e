// special_objects.h -- the special objects array: what the virtual machine and the image share.
//
// Indices 0 to 59 are Spur's (0-based), 60 and 61 belong to others and stay nil, 62 to 79 are
// Banter's. An image of another system may have a shorter array: Heap::special answers nil there.
#pragma once

#include <cstdint>

namespace banter::heap {

enum class Special : std::uint16_t {
  kNil = 0,
  kFalse = 1,
  kTrue = 2,
  kSchedulerAssociation = 3,  // binding of #Processor; its value is the ProcessorScheduler
  kClassBitmap = 4,
  kClassSmallInteger = 5,
  kClassByteString = 6,
  kClassArray = 7,
  kSmalltalk = 8,
  kClassFloat = 9,  // BoxedFloat64
  kClassContext = 10,
  kClassWideString = 11,
  kClassPoint = 12,
  kClassLargePositiveInteger = 13,
  kClassMessage = 15,
  kClassCompiledMethod = 16,
  kLowSpaceSemaphore = 17,
  kClassSemaphore = 18,
  kClassCharacter = 19,
  kSelectorDoesNotUnderstand = 20,
  kSelectorCannotReturn = 21,
  kProcessSignalingLowSpace = 22,
  kSpecialSelectors = 23,  // Array of 64: selector, argument count, selector, ...
  kSelectorMustBeBoolean = 25,
  kClassByteArray = 26,
  kTimerSemaphore = 29,
  kInterruptSemaphore = 30,
  kSelectorCannotInterpret = 34,
  kClassBlockClosure = 36,
  kClassFullBlockClosure = 37,
  kExternalObjects = 38,
  kFinalizationSemaphore = 41,
  kClassLargeNegativeInteger = 42,
  kClassExternalAddress = 43,
  kSelectorAboutToReturn = 48,    // #aboutToReturn:through:
  kSelectorRunWithIn = 49,        // #run:with:in:
  kSelectorAttemptToAssign = 50,  // #attemptToAssign:withIndex:
  kPrimitiveErrorTable = 51,      // error code n is element n-1
  kClassAlien = 52,
  kSelectorInvokeCallback = 53,  // #invokeCallbackContext:
  kClassUnsafeAlien = 54,
  kForeignCallbackProcess = 56,
  kSelectorUnusedBytecode = 57,
  kSelectorBranchCounterTripped = 58,
  kSelectorClassTrap = 59,

  kSelectorStackOverflow = 62,  // #stackOverflow, sent to the active Process
  kClassProcess = 63,
  kClassMetaclass = 64,
  kClassSmallFloat64 = 65,
  kSymbolTable = 66,  // Array, open hashing: primitives/symbols.h
  kClassAdditionalMethodState = 67,
  kClassPragma = 68,
  kSelectorCalloutReturned = 69,    // #calloutReturned:with:, sent to the active Process
  kSelectorOutOfMemory = 70,        // #outOfMemory, sent to the active Process
  kSelectorEndForLackOfRoom = 71,   // #endForLackOfRoom, likewise, when that was not enough
  kSelectorForeignFramesLost = 73,  // #foreignFramesLost, of Process: see snapshots
  kArrivalSemaphore = 72,           // a Semaphore: callbacks wait to be taken (ffi/arrivals.h)
  // 72 to 79: free. Classes with a reserved class-table index are found there.
};

constexpr std::uint32_t kSpecialObjectCount = 80;

}  // namespace banter::heap
