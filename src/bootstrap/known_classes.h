// known_classes.h -- the kernel classes that the virtual machine knows: by class-table index, by
// special object, and by the instance variables it reads.
#pragma once

#include <initializer_list>
#include <string_view>

#include "heap/class_indices.h"
#include "heap/special_objects.h"

namespace banter::bootstrap {

struct KnownIndex {
  heap::ClassIndex index;
  std::string_view name;
};

inline constexpr KnownIndex kKnownIndices[] = {
    {heap::ClassIndex::kSmallInteger, "SmallInteger"},
    {heap::ClassIndex::kCharacter, "Character"},
    {heap::ClassIndex::kSmallFloat64, "SmallFloat64"},
    {heap::ClassIndex::kLargeNegativeInteger, "LargeNegativeInteger"},
    {heap::ClassIndex::kLargePositiveInteger, "LargePositiveInteger"},
    {heap::ClassIndex::kBoxedFloat64, "BoxedFloat64"},
    {heap::ClassIndex::kMessage, "Message"},
    {heap::ClassIndex::kContext, "Context"},
    {heap::ClassIndex::kBlockClosure, "BlockClosure"},
    {heap::ClassIndex::kFullBlockClosure, "FullBlockClosure"},
    {heap::ClassIndex::kCompiledMethod, "CompiledMethod"},
    {heap::ClassIndex::kCompiledBlock, "CompiledBlock"},
    {heap::ClassIndex::kByteSymbol, "ByteSymbol"},
    {heap::ClassIndex::kWideString, "WideString"},
    {heap::ClassIndex::kAssociation, "Association"},
    {heap::ClassIndex::kPoint, "Point"},
    {heap::ClassIndex::kSemaphore, "Semaphore"},
    {heap::ClassIndex::kProcess, "Process"},
    {heap::ClassIndex::kMethodDictionary, "MethodDictionary"},
    {heap::ClassIndex::kWideSymbol, "WideSymbol"},
    {heap::ClassIndex::kExternalAddress, "ExternalAddress"},
    {heap::ClassIndex::kByteArray, "ByteArray"},
    {heap::ClassIndex::kArray, "Array"},
    {heap::ClassIndex::kByteString, "ByteString"},
    {heap::ClassIndex::kBitmap, "Bitmap"},
    {heap::ClassIndex::kUndefinedObject, "UndefinedObject"},
    {heap::ClassIndex::kFalse, "False"},
    {heap::ClassIndex::kTrue, "True"},
    {heap::ClassIndex::kAlien, "Alien"},
    {heap::ClassIndex::kUnsafeAlien, "UnsafeAlien"},
    {heap::ClassIndex::kFloat32Array, "Float32Array"},
    {heap::ClassIndex::kFloat64Array, "Float64Array"},
};

struct KnownClass {
  heap::Special special;
  std::string_view name;
};

inline constexpr KnownClass kSpecialClasses[] = {
    {heap::Special::kClassBitmap, "Bitmap"},
    {heap::Special::kClassSmallInteger, "SmallInteger"},
    {heap::Special::kClassByteString, "ByteString"},
    {heap::Special::kClassArray, "Array"},
    {heap::Special::kClassFloat, "BoxedFloat64"},
    {heap::Special::kClassContext, "Context"},
    {heap::Special::kClassWideString, "WideString"},
    {heap::Special::kClassPoint, "Point"},
    {heap::Special::kClassLargePositiveInteger, "LargePositiveInteger"},
    {heap::Special::kClassMessage, "Message"},
    {heap::Special::kClassCompiledMethod, "CompiledMethod"},
    {heap::Special::kClassSemaphore, "Semaphore"},
    {heap::Special::kClassCharacter, "Character"},
    {heap::Special::kClassByteArray, "ByteArray"},
    {heap::Special::kClassProcess, "Process"},
    {heap::Special::kClassBlockClosure, "BlockClosure"},
    {heap::Special::kClassFullBlockClosure, "FullBlockClosure"},
    {heap::Special::kClassLargeNegativeInteger, "LargeNegativeInteger"},
    {heap::Special::kClassExternalAddress, "ExternalAddress"},
    {heap::Special::kClassAlien, "Alien"},
    {heap::Special::kClassUnsafeAlien, "UnsafeAlien"},
    {heap::Special::kClassMetaclass, "Metaclass"},
    {heap::Special::kClassSmallFloat64, "SmallFloat64"},
    {heap::Special::kClassAdditionalMethodState, "AdditionalMethodState"},
    {heap::Special::kClassPragma, "Pragma"},
};

struct KnownSelector {
  heap::Special special;
  std::string_view name;
};

inline constexpr KnownSelector kSpecialSelectorObjects[] = {
    {heap::Special::kSelectorDoesNotUnderstand, "doesNotUnderstand:"},
    {heap::Special::kSelectorCannotReturn, "cannotReturn:"},
    {heap::Special::kSelectorMustBeBoolean, "mustBeBoolean"},
    {heap::Special::kSelectorCannotInterpret, "cannotInterpret:"},
    {heap::Special::kSelectorAboutToReturn, "aboutToReturn:through:"},
    {heap::Special::kSelectorRunWithIn, "run:with:in:"},
    {heap::Special::kSelectorAttemptToAssign, "attemptToAssign:withIndex:"},
    {heap::Special::kSelectorInvokeCallback, "invokeCallbackContext:"},
    {heap::Special::kSelectorUnusedBytecode, "unusedBytecode"},
    {heap::Special::kSelectorBranchCounterTripped, "conditionalBranchCounterTrippedOn:"},
    {heap::Special::kSelectorClassTrap, "classTrapFor:"},
    {heap::Special::kSelectorStackOverflow, "stackOverflow"},
    {heap::Special::kSelectorCalloutReturned, "calloutReturned:with:"},
    {heap::Special::kSelectorForeignFramesLost, "foreignFramesLost"},
    {heap::Special::kSelectorOutOfMemory, "outOfMemory"},
    {heap::Special::kSelectorEndForLackOfRoom, "endForLackOfRoom"},
};

// Instance variables that C++ reaches by number, as heap/layouts.h has them.
struct KnownLayout {
  std::string_view class_name;
  std::initializer_list<std::string_view> variables;  // the first ones, in order
};

inline const KnownLayout kKnownLayouts[] = {
    {"Behavior", {"superclass", "methodDict", "format", "layout"}},
    {"Metaclass", {"superclass", "methodDict", "format", "layout", "protocols", "thisClass"}},
    {"Class",
     {"superclass", "methodDict", "format", "layout", "protocols", "subclasses", "name",
      "classPool", "sharedPools", "environment", "commentSourcePointer", "comment", "packageName",
      "tag", "traitComposition"}},
    {"Association", {"key", "value"}},
    {"GlobalVariable", {"key", "value"}},
    {"ClassVariable", {"key", "value"}},
    {"Point", {"x", "y"}},
    {"Message", {"selector", "args", "lookupClass"}},
    {"Context", {"sender", "pc", "stackp", "method", "closureOrNil", "receiver"}},
    {"FullBlockClosure", {"outerContext", "compiledBlock", "numArgs", "receiver"}},
    {"LinkedList", {"firstLink", "lastLink"}},
    {"Semaphore", {"firstLink", "lastLink", "excessSignals"}},
    {"Process",
     {"nextLink", "suspendedContext", "priority", "myList", "name", "env", "effectiveProcess",
      "terminating", "level", "errorHandler"}},
    {"ProcessorScheduler", {"quiescentProcessLists", "activeProcess"}},
    {"AdditionalMethodState", {"method", "selector"}},
    {"Pragma", {"method", "selector", "arguments"}},
    {"SystemDictionary", {"tally", "array"}},
    {"Fraction", {"numerator", "denominator"}},
    {"ScaledDecimal", {"fraction", "scale"}},
};

}  // namespace banter::bootstrap
