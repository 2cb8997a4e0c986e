#include "primitives/class_scope.h"

#include <algorithm>

#include "heap/layouts.h"
#include "primitives/image_tables.h"
#include "primitives/symbols.h"
#include "primitives/utf8.h"
#include "primitives/values.h"

namespace banter::primitives {

using compiler::Binding;
namespace layout = heap::slots;

namespace {

bool is_metaclass(const Heap& heap, Oop behavior) {
  return heap.class_of(behavior) == heap.special(heap::Special::kClassMetaclass);
}

}  // namespace

std::vector<std::string> own_instance_variables(const Heap& heap, Oop behavior) {
  std::vector<std::string> names;
  if (!is_behavior(heap, behavior)) return names;
  const Oop array = behavior.as_object()->slot(layout::behavior::kLayout);
  if (!is_array(array)) return names;
  for (std::size_t i = 0; i < array.as_object()->slot_count(); ++i)
    names.push_back(utf8_of(heap, array.as_object()->slot(i)).value_or(""));
  return names;
}

ClassScope::ClassScope(Mutator& mutator, Oop behavior)
    : mutator_(mutator), behavior_(mutator, behavior), associations_(mutator) {
  collect_instance_variables();
}

void ClassScope::collect_instance_variables() {
  const Heap& heap = mutator_.heap();
  std::vector<std::vector<std::string>> levels;
  for (Oop cls = behavior_.oop(); is_behavior(heap, cls);
       cls = cls.as_object()->slot(layout::behavior::kSuperclass)) {
    levels.push_back(own_instance_variables(heap, cls));
    if (cls == heap.special(heap::Special::kClassContext)) instances_are_contexts_ = true;
  }
  for (auto level = levels.rbegin(); level != levels.rend(); ++level)
    instance_variables_.insert(instance_variables_.end(), level->begin(), level->end());
}

std::optional<std::uint32_t> ClassScope::instance_variable(std::string_view name) const {
  const auto found = std::find(instance_variables_.begin(), instance_variables_.end(), name);
  if (found == instance_variables_.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - instance_variables_.begin());
}

std::optional<Oop> ClassScope::find_in_classes(Oop symbol) {
  Heap& heap = mutator_.heap();
  Oop cls = behavior_.oop();
  if (is_behavior(heap, cls) && is_metaclass(heap, cls))
    cls = cls.as_object()->slot(layout::metaclass::kThisClass);
  for (; is_behavior(heap, cls) && !is_metaclass(heap, cls) &&
         cls.as_object()->slot_count() > layout::klass::kSharedPools;
       cls = cls.as_object()->slot(layout::behavior::kSuperclass)) {
    const Object* object = cls.as_object();
    if (auto found =
            identity_dictionary_find(heap, object->slot(layout::klass::kClassPool), symbol))
      return found;
    const Oop pools = object->slot(layout::klass::kSharedPools);
    if (!is_array(pools)) continue;
    for (std::size_t i = 0; i < pools.as_object()->slot_count(); ++i) {
      const Oop pool = pools.as_object()->slot(i);
      const Oop dictionary =
          is_behavior(heap, pool) ? pool.as_object()->slot(layout::klass::kClassPool) : pool;
      if (auto found = identity_dictionary_find(heap, dictionary, symbol)) return found;
    }
  }
  return std::nullopt;
}

bool ClassScope::is_constant(Oop association) const {
  return is_behavior(mutator_.heap(), association.as_object()->slot(layout::association::kValue));
}

std::optional<Binding> ClassScope::lookup(std::string_view name) {
  if (auto known = bindings_.find(std::string(name)); known != bindings_.end())
    return known->second;
  const std::optional<Oop> symbol = find_symbol(mutator_.heap(), decode_utf8_lenient(name));
  if (!symbol) return std::nullopt;
  if (auto found = find_in_classes(*symbol)) return bind(name, *found, true);
  Heap& heap = mutator_.heap();
  if (auto found = identity_dictionary_find(heap, heap.special(heap::Special::kSmalltalk), *symbol))
    return bind(name, *found, !is_constant(*found));
  return std::nullopt;
}

Binding ClassScope::bind(std::string_view name, Oop association, bool assignable) {
  Binding binding{std::string(name), "", assignable, associations_.size()};
  associations_.push_back(association);
  bindings_.emplace(binding.name, binding);
  return binding;
}

std::vector<std::string> ClassScope::known_names() const {
  const Heap& heap = mutator_.heap();
  std::vector<std::string> names = instance_variables_;
  const Oop globals = heap.special(heap::Special::kSmalltalk);
  if (!globals.is_object() || globals.as_object()->slot_count() < 2) return names;
  const Oop array = globals.as_object()->slot(1);
  if (!is_array(array)) return names;
  for (std::size_t i = 0; i < array.as_object()->slot_count(); ++i) {
    const Oop entry = array.as_object()->slot(i);
    if (entry == heap.nil() || !entry.is_object()) continue;
    if (auto name = utf8_of(heap, entry.as_object()->slot(layout::association::kKey)))
      names.push_back(*name);
  }
  return names;
}

Oop ClassScope::association(const Binding& binding) const {
  BANTER_CHECK(binding.cookie < associations_.size(), "binding of {}", binding.name);
  return associations_[binding.cookie];
}

}  // namespace banter::primitives
