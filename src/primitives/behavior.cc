// behavior.cc -- making and finding instances: primitives 70, 71, 77 to 79, 138, 139, 177, 178, 181
// and 596 to 599.
#include <algorithm>

#include "interpreter/interpreter.h"
#include "primitives/mirror.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// Larger requests are refused before sizes in bytes could overflow.
constexpr std::uint64_t kMostElements = std::uint64_t{1} << 48;

using Placement = Mutator::Placement;

// Whether instances may be made by basicNew or basicNew: at all (compiled code has its own way).
bool makes_instances(const Heap& heap, Oop cls) {
  if (!is_behavior(heap, cls)) return false;
  const Format format = Heap::instance_format_of(cls.as_object());
  return format != Format::kForwarder && format < Format::kCompiledMethod;
}

bool is_indexable(Format format) {
  return format == Format::kIndexable || format == Format::kFixedIndexable ||
         format == Format::kWeak || format >= Format::kLongs;
}

// Behavior>>basicNew -- a new instance without indexable elements.
// Fails: bad_receiver (no class, or one that needs a size), no_memory.  May collect: yes.
template <Placement Where>
Outcome basic_new(Mutator& mutator, const Args& args) {
  const Oop cls = args.from_end(0);
  if (!makes_instances(mutator.heap(), cls)) return Failure::bad_receiver;
  if (is_indexable(Heap::instance_format_of(cls.as_object()))) return Failure::bad_receiver;
  if (!mutator.valid_instance_size(cls, 0)) return Failure::bad_receiver;
  Object* instance = mutator.try_new_instance(cls, 0, Where);
  if (instance == nullptr) return Failure::no_memory;
  return instance->oop();
}

// Behavior>>basicNew: -- a new instance with that many indexable elements.
// Fails: bad_argument, bad_receiver (not indexable), no_memory.  May collect: yes.
template <Placement Where>
Outcome basic_new_sized(Mutator& mutator, const Args& args) {
  const Oop cls = args.from_end(1);
  const auto size = uint64_value(args.from_end(0));
  if (!size) return is_large_integer(args.from_end(0)) ? Failure::no_memory : Failure::bad_argument;
  if (!makes_instances(mutator.heap(), cls)) return Failure::bad_receiver;
  if (!is_indexable(Heap::instance_format_of(cls.as_object())) && *size != 0) {
    return Failure::bad_receiver;
  }
  if (*size > kMostElements) return Failure::no_memory;
  if (!mutator.valid_instance_size(cls, *size)) return Failure::bad_receiver;
  Object* instance = mutator.try_new_instance(cls, *size, Where);
  if (instance == nullptr) return Failure::no_memory;
  return instance->oop();
}

// CompiledCode class>>basicNew:header: -- code with that header, literals nil, bytes 0. The first
// argument counts the bytes after the literals.
// Fails: bad_receiver, bad_argument, no_memory.  May collect: yes.
Outcome new_method(Mutator& mutator, const Args& args) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
  constexpr std::int64_t kLiteralCountMask = 0x7FFF;
  const Oop cls = args.receiver();
  if (!is_behavior(mutator.heap(), cls) ||
      Heap::instance_format_of(cls.as_object()) != Format::kCompiledMethod) {
    return Failure::bad_receiver;
  }
  const auto bytes = uint64_value(args.at(0));
  if (!bytes || !args.at(1).is_small_int()) return Failure::bad_argument;
  if (*bytes > kMostBytes) return Failure::no_memory;
  const auto literals = static_cast<std::size_t>(args.at(1).as_int() & kLiteralCountMask);
  const std::size_t size = (1 + literals) * Object::kSlotBytes + static_cast<std::size_t>(*bytes);
  return mutator.new_method(cls, args.at(1), size)->oop();
}

// The class-table index that instances of `cls` have; nothing if there can be none.
std::optional<ClassIndex> instance_index(const Heap& heap, Oop cls) {
  if (!is_behavior(heap, cls) || cls.as_object()->hash() == 0) return std::nullopt;
  const auto index = static_cast<ClassIndex>(cls.as_object()->hash());
  if (heap.class_at(index) != cls) return std::nullopt;
  return index;
}

Outcome first_of(const Heap& heap, Object* from, ClassIndex index) {
  for (Object* object = from; object != nullptr; object = heap.next_object(object)) {
    if (object->class_index() == index) return object->oop();
  }
  return Failure::generic;
}

// Behavior>>someInstance -- the first instance in memory.  Fails: bad_receiver, generic (none).
// May collect: no.
Outcome some_instance(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (!is_behavior(heap, args.receiver())) return Failure::bad_receiver;
  const auto index = instance_index(heap, args.receiver());
  if (!index) return Failure::generic;
  return first_of(heap, heap.first_object(), *index);
}

// Object>>nextInstance -- the instance of the same class that follows in memory.
// Fails: bad_receiver (immediate), generic (none).  May collect: no.
Outcome next_instance(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (args.receiver().is_immediate()) return Failure::bad_receiver;
  Object* self = args.receiver().as_object();
  return first_of(heap, heap.next_object(self), self->class_index());
}

// An Array of what `wanted` accepts.
template <class Predicate>
Outcome collect_objects(Mutator& mutator, Predicate wanted) {
  const Heap& heap = mutator.heap();
  heap::RootedVector found(mutator);
  heap.each_object([&](Object* object) {
    if (wanted(object)) found.push_back(object->oop());
  });
  Object* all = mutator.try_allocate(ClassIndex::kArray, Format::kIndexable, found.size());
  if (all == nullptr) return Failure::no_memory;
  std::copy_n(found.data(), found.size(), all->slots());
  mutator.heap().note_stores(all);
  return all->oop();
}

// Behavior>>allInstances -- an Array.  Fails: bad_receiver, no_memory.  May collect: yes.
Outcome all_instances(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (!is_behavior(heap, args.receiver())) return Failure::bad_receiver;
  const auto index = instance_index(heap, args.receiver());
  if (!index) return mutator.new_array(0)->oop();
  return collect_objects(mutator,
                         [index](const Object* object) { return object->class_index() == *index; });
}

// SystemNavigation>>allObjects -- an Array.  Fails: no_memory.  May collect: yes.
Outcome all_objects(Mutator& mutator, const Args&) {
  return collect_objects(mutator, [](const Object*) { return true; });
}

// ProtoObject>>someObject -- the first object in memory.  Fails: no.  May collect: no.
Outcome some_object(Mutator& mutator, const Args&) {
  return mutator.heap().first_object()->oop();
}

// ProtoObject>>nextObject -- the object that follows in memory, 0 after the last one.
// Fails: bad_receiver (immediate).  May collect: no.
Outcome next_object(Mutator& mutator, const Args& args) {
  if (args.receiver().is_immediate()) return Failure::bad_receiver;
  const Object* next = mutator.heap().next_object(args.receiver().as_object());
  return next == nullptr ? Oop::small_int(0) : next->oop();
}

// Behavior>>byteSizeOfInstance, byteSizeOfInstanceOfSize: -- header included.
// Fails: bad_receiver, bad_argument, bad_argument_count.  May collect: no.
Outcome instance_bytes(Mutator& mutator, const Args& args) {
  if (args.count > 1) return Failure::bad_argument_count;
  if (!makes_instances(mutator.heap(), args.receiver())) return Failure::bad_receiver;
  const Object* cls = args.receiver().as_object();
  const Format format = Heap::instance_format_of(cls);
  std::uint64_t elements = 0;
  if (args.count == 1) {
    const auto size = uint64_value(args.at(0));
    if (!size || *size > kMostElements) return Failure::bad_argument;
    if (!is_indexable(format) && *size != 0) return Failure::bad_receiver;
    elements = *size;
  }
  std::uint64_t width = 8;
  if (format >= Format::kBytes) {
    width = 1;
  } else if (format >= Format::kShorts) {
    width = 2;
  } else if (format >= Format::kWords) {
    width = 4;
  }
  const std::uint64_t slots = Heap::instance_size_of(cls) + (elements * width + 7) / 8;
  return Oop::small_int(static_cast<std::int64_t>(Object::bytes_for_slots(slots)));
}

constexpr Entry kTable[] = {
    {70, "Behavior.basic_new", -1, mirror<0, basic_new<Placement::kNormal>>},
    {71, "Behavior.basic_new_sized", -1, mirror<1, basic_new_sized<Placement::kNormal>>},
    {77, "Behavior.some_instance", 0, some_instance},
    {78, "Object.next_instance", 0, next_instance},
    {79, "CompiledCode.new_method", 2, new_method},
    {138, "Object.some_object", 0, some_object},
    {139, "Object.next_object", 0, next_object},
    {177, "Behavior.all_instances", 0, all_instances},
    {178, "Heap.all_objects", 0, all_objects},
    {181, "Behavior.instance_bytes", -1, instance_bytes},
    {596, "Behavior.basic_new_old", -1, mirror<0, basic_new<Placement::kOld>>},
    {597, "Behavior.basic_new_sized_old", -1, mirror<1, basic_new_sized<Placement::kOld>>},
    {598, "Behavior.basic_new_pinned", -1, mirror<0, basic_new<Placement::kPinned>>},
    {599, "Behavior.basic_new_sized_pinned", -1, mirror<1, basic_new_sized<Placement::kPinned>>},
};

}  // namespace

NumberedTable behavior_table() {
  return kTable;
}

}  // namespace banter::primitives
