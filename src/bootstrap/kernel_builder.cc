#include "bootstrap/kernel_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "bootstrap/known_classes.h"
#include "bytecode/instructions.h"
#include "compiler/compiler.h"
#include "heap/layouts.h"
#include "primitives/code_objects.h"
#include "primitives/image_tables.h"
#include "primitives/symbols.h"

namespace banter::bootstrap {

using heap::ClassIndex;
using heap::Object;
using heap::Oop;
using heap::Rooted;
using heap::RootedVector;
using heap::Special;
namespace slots = heap::slots;

namespace {

// Slots of Class behind those of heap/layouts.h, which only the bootstrap fills.
constexpr std::size_t kCommentSlot = 11;
constexpr std::size_t kPackageSlot = 12;
constexpr std::size_t kTagSlot = 13;
constexpr std::size_t kPriorities = 80;
constexpr std::int64_t kUserPriority = 40;

Oop class_format(int instance_format, std::size_t instance_size) {
  return Oop::small_int(instance_format << 16 | static_cast<std::int64_t>(instance_size));
}

}  // namespace

KernelBuilder::KernelBuilder(heap::Mutator& mutator,
                             const std::vector<tonel::PackageDefinition>& packages,
                             const ClassGraph& graph)
    : mutator_(mutator),
      heap_(mutator.heap()),
      packages_(packages),
      graph_(graph),
      classes_(mutator),
      metaclasses_(mutator),
      globals_(mutator) {}

Result<void> KernelBuilder::build() {
  if (auto checked = check_layouts(); !checked.ok()) return checked;
  heap_.set_special_objects(mutator_.new_array(heap::kSpecialObjectCount)->oop());
  heap_.set_special(Special::kFalse, heap_.false_object());
  heap_.set_special(Special::kTrue, heap_.true_object());
  make_classes();
  make_special_objects();
  make_globals();
  make_scheduler();
  compile_methods();
  if (!errors_.empty()) return Error{errors_};
  return {};
}

Oop KernelBuilder::class_named(std::string_view name) const {
  const auto found = graph_.by_name.find(name);
  BANTER_CHECK(found != graph_.by_name.end(), "the kernel has no class {}", name);
  return classes_[found->second];
}

Oop KernelBuilder::new_instance_of(std::string_view class_name, std::size_t indexable) {
  return mutator_.new_instance(class_named(class_name), indexable)->oop();
}

// The virtual machine reads these variables by number: the kernel must agree.
Result<void> KernelBuilder::check_layouts() const {
  const auto missing = [](std::string_view name) {
    return Error{fmt::format("the kernel has no class {}, which the virtual machine knows", name)};
  };
  for (const KnownLayout& known : kKnownLayouts) {
    if (graph_.find(known.class_name) == nullptr) return missing(known.class_name);
    const std::vector<std::string> names = graph_.all_instance_variables(known.class_name);
    if (names.size() < known.variables.size() ||
        !std::equal(known.variables.begin(), known.variables.end(), names.begin()))
      return Error{
          fmt::format("{} has the instance variables ({}), but the virtual machine wants "
                      "them to begin with ({})",
                      known.class_name, fmt::join(names, " "), fmt::join(known.variables, " "))};
  }
  for (const KnownClass& known : kSpecialClasses) {
    if (graph_.find(known.name) == nullptr) return missing(known.name);
  }
  return {};
}

// --- classes ---

ClassIndex KernelBuilder::class_index_for(std::size_t planned) {
  const std::string& name = graph_.classes[planned].definition->name;
  for (const KnownIndex& known : kKnownIndices) {
    if (known.name == name) return known.index;
  }
  return ClassIndex::kFreeChunk;
}

void KernelBuilder::make_classes() {
  const std::size_t class_size = graph_.find("Class")->instance_size;
  for (std::size_t i = 0; i < graph_.classes.size(); ++i) {
    metaclasses_.push_back(
        mutator_.new_pointers(ClassIndex::kArray, slots::metaclass::kSize)->oop());
    classes_.push_back(
        mutator_.new_pointers(ClassIndex::kArray, class_size + graph_.classes[i].class_variables)
            ->oop());
    for (Oop made : {metaclasses_.back(), classes_.back()})
      made.as_object()->set_format(heap::Format::kFixed);
  }
  for (std::size_t i = 0; i < graph_.classes.size(); ++i) {
    if (const ClassIndex index = class_index_for(i); index != ClassIndex::kFreeChunk)
      heap_.set_class_at(index, classes_[i]);
    else
      mutator_.enter_class(classes_[i]);
    mutator_.enter_class(metaclasses_[i]);
  }
  const ClassIndex metaclass_index = mutator_.enter_class(class_named("Metaclass"));
  for (std::size_t i = 0; i < graph_.classes.size(); ++i) {
    metaclasses_[i].as_object()->set_class_index(metaclass_index);
    classes_[i].as_object()->set_class_index(mutator_.enter_class(metaclasses_[i]));
  }
  for (std::size_t i = 0; i < graph_.classes.size(); ++i) fill_class(i);
}

void KernelBuilder::fill_class(std::size_t planned) {
  const PlannedClass& plan = graph_.classes[planned];
  const std::size_t class_size = graph_.find("Class")->instance_size;
  const bool is_root = plan.superclass < 0;
  const auto above = static_cast<std::size_t>(std::max(plan.superclass, 0));
  const auto fill = [&](const RootedVector& behaviors, Oop superclass, int format, std::size_t size,
                        const std::vector<std::string>& variables) {
    heap_.store(behaviors[planned].as_object(), slots::behavior::kSuperclass, superclass);
    heap_.store(behaviors[planned].as_object(), slots::behavior::kFormat,
                class_format(format, size));
    const Oop dictionary = primitives::new_method_dictionary(mutator_, 4)->oop();
    heap_.store(behaviors[planned].as_object(), slots::behavior::kMethodDict, dictionary);
    RootedVector names(mutator_);
    for (const std::string& name : variables) names.push_back(primitives::intern(mutator_, name));
    const Oop array = names.to_array()->oop();
    heap_.store(behaviors[planned].as_object(), slots::behavior::kLayout, array);
  };
  fill(classes_, is_root ? heap_.nil() : classes_[above], plan.instance_format(),
       plan.instance_size, plan.definition->instance_variables);
  fill(metaclasses_, is_root ? class_named("Class") : metaclasses_[above],
       heap::to_bits(heap::Format::kFixed), class_size + plan.class_variables,
       plan.definition->class_instance_variables);
  heap_.store(metaclasses_[planned].as_object(), slots::metaclass::kThisClass, classes_[planned]);
  const Oop name = primitives::intern(mutator_, plan.definition->name);
  heap_.store(classes_[planned].as_object(), slots::klass::kName, name);
  set_text(classes_[planned], kCommentSlot, plan.definition->comment);
  set_text(classes_[planned], kPackageSlot, plan.definition->package);
  set_text(classes_[planned], kTagSlot, plan.definition->tag);
  set_subclasses(planned);
}

void KernelBuilder::set_text(Oop cls, std::size_t slot, const std::string& text) {
  if (text.empty()) return;
  Rooted<> kept(mutator_, cls);
  const Oop string = mutator_.new_string(text);
  heap_.store(kept.get(), slot, string);
}

void KernelBuilder::set_subclasses(std::size_t planned) {
  RootedVector subclasses(mutator_);
  for (std::size_t i = planned + 1; i < graph_.classes.size(); ++i) {
    if (graph_.classes[i].superclass == static_cast<int>(planned))
      subclasses.push_back(classes_[i]);
  }
  if (subclasses.empty()) return;
  const Oop array = subclasses.to_array()->oop();
  heap_.store(classes_[planned].as_object(), slots::klass::kSubclasses, array);
}

// --- globals and class variables ---

void KernelBuilder::add_global(std::string_view name, Oop value) {
  Rooted<> kept(mutator_, value);
  Rooted<> key(mutator_, primitives::intern(mutator_, name));
  const Oop binding = new_instance_of("GlobalVariable");
  heap_.store(binding.as_object(), slots::association::kKey, key.oop());
  heap_.store(binding.as_object(), slots::association::kValue, kept.oop());
  primitives::identity_dictionary_add(mutator_, globals_, binding);
}

void KernelBuilder::make_globals() {
  globals_ = primitives::new_identity_dictionary(mutator_, class_named("SystemDictionary"), 1024);
  heap_.set_special(Special::kSmalltalk, globals_.oop());
  for (std::size_t i = 0; i < graph_.classes.size(); ++i)
    add_global(graph_.classes[i].definition->name, classes_[i]);
  add_global("Smalltalk", globals_.oop());
  for (std::string_view name : {"Processor", "Transcript", "Undeclared"})
    add_global(name, heap_.nil());
  for (std::size_t i = 0; i < graph_.classes.size(); ++i) {
    heap_.store(classes_[i].as_object(), slots::klass::kEnvironment, globals_.oop());
    make_class_pool(i);
    set_pools(i);
  }
}

void KernelBuilder::make_class_pool(std::size_t planned) {
  const auto& names = graph_.classes[planned].definition->class_variables;
  if (names.empty()) return;
  Rooted<> pool(mutator_, primitives::new_identity_dictionary(
                              mutator_, class_named("IdentityDictionary"), names.size()));
  for (const std::string& name : names) {
    Rooted<> key(mutator_, primitives::intern(mutator_, name));
    const Oop binding = new_instance_of("ClassVariable");
    heap_.store(binding.as_object(), slots::association::kKey, key.oop());
    primitives::identity_dictionary_add(mutator_, pool, binding);
  }
  heap_.store(classes_[planned].as_object(), slots::klass::kClassPool, pool.oop());
}

void KernelBuilder::set_pools(std::size_t planned) {
  const tonel::ClassDefinition& definition = *graph_.classes[planned].definition;
  if (definition.pools.empty()) return;
  RootedVector pools(mutator_);
  for (const std::string& name : definition.pools) {
    if (graph_.find(name) == nullptr) {
      errors_ += fmt::format("{}:{}: the shared pool {} of {} is not in the kernel\n",
                             definition.file, definition.line, name, definition.name);
      continue;
    }
    pools.push_back(class_named(name));
  }
  const Oop array = pools.to_array()->oop();
  heap_.store(classes_[planned].as_object(), slots::klass::kSharedPools, array);
}

// --- special objects ---

void KernelBuilder::make_special_objects() {
  for (const KnownClass& known : kSpecialClasses)
    heap_.set_special(known.special, class_named(known.name));
  for (const KnownSelector& known : kSpecialSelectorObjects)
    heap_.set_special(known.special, primitives::intern(mutator_, known.name));
  make_special_selectors();
  make_error_table();
  heap_.set_special(Special::kExternalObjects, mutator_.new_array(0)->oop());
}

void KernelBuilder::make_special_selectors() {
  RootedVector selectors(mutator_);
  for (const bytecode::SpecialSelector& selector : bytecode::kSpecialSelectors) {
    selectors.push_back(primitives::intern(mutator_, selector.name));
    selectors.push_back(Oop::small_int(selector.arguments));
  }
  heap_.set_special(Special::kSpecialSelectors, selectors.to_array()->oop());
}

void KernelBuilder::make_error_table() {
  static constexpr std::string_view kErrors[] = {"",  // generic: nil
                                                 "bad receiver",
                                                 "bad argument",
                                                 "bad index",
                                                 "bad number of arguments",
                                                 "inappropriate operation",
                                                 "unsupported operation",
                                                 "no modification",
                                                 "insufficient object memory",
                                                 "insufficient C memory",
                                                 "not found",
                                                 "bad method",
                                                 "internal error in named primitive machinery",
                                                 "object may move",
                                                 "resource limit exceeded",
                                                 "object is pinned",
                                                 "primitive write beyond end of object",
                                                 "object moved",
                                                 "object not pinned",
                                                 "callback error",
                                                 "operating system error",
                                                 "FFI exception",
                                                 "need compaction",
                                                 "operation failed"};
  RootedVector errors(mutator_);
  for (std::string_view name : kErrors)
    errors.push_back(name.empty() ? heap_.nil() : primitives::intern(mutator_, name));
  heap_.set_special(Special::kPrimitiveErrorTable, errors.to_array()->oop());
}

// The process that is active in an image nobody has run yet: it has no context.
void KernelBuilder::make_scheduler() {
  RootedVector lists(mutator_);
  for (std::size_t i = 0; i < kPriorities; ++i) lists.push_back(new_instance_of("ProcessList"));
  Rooted<> array(mutator_, lists.to_array());
  Rooted<> process(mutator_, new_instance_of("Process"));
  process.store(slots::process::kPriority, Oop::small_int(kUserPriority));
  Rooted<> scheduler(mutator_, new_instance_of("ProcessorScheduler"));
  scheduler.store(slots::scheduler::kQuiescentProcessLists, array.oop());
  scheduler.store(slots::scheduler::kActiveProcess, process.oop());
  const Oop key = primitives::intern(mutator_, "Processor");
  const auto binding = primitives::identity_dictionary_find(heap_, globals_.oop(), key);
  heap_.store(binding->as_object(), slots::association::kValue, scheduler.oop());
  heap_.set_special(Special::kSchedulerAssociation, *binding);
}

// --- methods ---

void KernelBuilder::compile_methods() {
  for (const tonel::PackageDefinition& package : packages_) {
    for (const tonel::MethodDefinition& method : package.methods)
      compile_method(method, package.name);
  }
}

void KernelBuilder::compile_method(const tonel::MethodDefinition& definition,
                                   const std::string& package) {
  const auto found = graph_.by_name.find(definition.class_name);
  if (found == graph_.by_name.end()) {
    errors_ += fmt::format("{}:{}: the class {} of this method is not in the kernel\n",
                           definition.file, definition.line, definition.class_name);
    return;
  }
  const RootedVector& behaviors = definition.class_side ? metaclasses_ : classes_;
  Rooted<> behavior(mutator_, behaviors[found->second]);
  primitives::ClassScope scope(mutator_, behavior.oop());
  const SourceText source{definition.source, definition.file, definition.line, definition.column};
  auto compiled = compiler::compile_method(source, scope);
  if (!compiled.ok()) {
    errors_ += compiled.error().render() + "\n";
    return;
  }
  const Oop method =
      primitives::make_method(mutator_, compiled.value(), scope, {definition.category, package});
  Rooted<> made(mutator_, method);
  const Oop selector = primitives::intern(mutator_, compiled.value().selector);
  primitives::install_method(mutator_, behavior, selector, made.oop());
  ++method_count_;
}

}  // namespace banter::bootstrap
