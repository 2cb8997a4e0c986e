// layouts.h -- where the virtual machine finds instance variables: 0-based slots of the classes it
// knows. The Smalltalk side of each is in kernel/; the bootstrap checks the names against it.
#pragma once

#include <cstddef>

namespace banter::heap::slots {

namespace behavior {
constexpr std::size_t kSuperclass = 0;
constexpr std::size_t kMethodDict = 1;
constexpr std::size_t kFormat = 2;
constexpr std::size_t kLayout = 3;  // Array of the class's own instance variables, or nil
}  // namespace behavior

namespace klass {
constexpr std::size_t kProtocols = 4;
constexpr std::size_t kSubclasses = 5;
constexpr std::size_t kName = 6;
constexpr std::size_t kClassPool = 7;    // IdentityDictionary of ClassVariables, or nil
constexpr std::size_t kSharedPools = 8;  // Array of classes or dictionaries, or nil
constexpr std::size_t kEnvironment = 9;
}  // namespace klass

namespace metaclass {
constexpr std::size_t kThisClass = 5;
constexpr std::size_t kSize = 6;
}  // namespace metaclass

namespace association {
constexpr std::size_t kKey = 0;
constexpr std::size_t kValue = 1;
constexpr std::size_t kSize = 2;
}  // namespace association

namespace point {
constexpr std::size_t kX = 0;
constexpr std::size_t kY = 1;
constexpr std::size_t kSize = 2;
}  // namespace point

namespace message {
constexpr std::size_t kSelector = 0;
constexpr std::size_t kArguments = 1;
constexpr std::size_t kLookupClass = 2;
constexpr std::size_t kSize = 3;
}  // namespace message

namespace method_dictionary {
constexpr std::size_t kTally = 0;
constexpr std::size_t kMethods = 1;  // Array parallel to the indexed keys
constexpr std::size_t kFirstKey = 2;
}  // namespace method_dictionary

namespace context {
constexpr std::size_t kSender = 0;
constexpr std::size_t kPc = 1;
constexpr std::size_t kStackp = 2;
constexpr std::size_t kMethod = 3;
constexpr std::size_t kClosureOrNil = 4;
constexpr std::size_t kReceiver = 5;
constexpr std::size_t kFirstTemp = 6;
}  // namespace context

namespace full_block_closure {
constexpr std::size_t kOuterContext = 0;
constexpr std::size_t kCompiledBlock = 1;
constexpr std::size_t kNumArgs = 2;
constexpr std::size_t kReceiver = 3;
constexpr std::size_t kFirstCopied = 4;
}  // namespace full_block_closure

namespace linked_list {
constexpr std::size_t kFirstLink = 0;
constexpr std::size_t kLastLink = 1;
}  // namespace linked_list

namespace semaphore {
constexpr std::size_t kExcessSignals = 2;
constexpr std::size_t kSize = 3;
}  // namespace semaphore

namespace process {
constexpr std::size_t kNextLink = 0;
constexpr std::size_t kSuspendedContext = 1;
constexpr std::size_t kPriority = 2;
constexpr std::size_t kMyList = 3;
constexpr std::size_t kName = 4;
constexpr std::size_t kEnv = 5;
constexpr std::size_t kEffectiveProcess = 6;
constexpr std::size_t kTerminating = 7;
constexpr std::size_t kLevel = 8;
constexpr std::size_t kErrorHandler = 9;
constexpr std::size_t kSize = 10;
constexpr std::size_t kThread = 11;  // true: on the main thread only; false: not there; nil: any
}  // namespace process

namespace scheduler {
constexpr std::size_t kQuiescentProcessLists = 0;
constexpr std::size_t kActiveProcess = 1;
}  // namespace scheduler

namespace additional_method_state {
constexpr std::size_t kMethod = 0;
constexpr std::size_t kSelector = 1;
constexpr std::size_t kFirstProperty = 2;
}  // namespace additional_method_state

namespace pragma {
constexpr std::size_t kMethod = 0;
constexpr std::size_t kSelector = 1;
constexpr std::size_t kArguments = 2;
constexpr std::size_t kSize = 3;
}  // namespace pragma

}  // namespace banter::heap::slots
