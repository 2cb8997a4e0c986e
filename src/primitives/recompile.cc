#include "primitives/recompile.h"

#include <algorithm>
#include <vector>

#include "compiler/compiler.h"
#include "heap/layouts.h"
#include "primitives/script_scope.h"
#include "primitives/symbols.h"

namespace banter::primitives {
namespace {

namespace layout = heap::slots;

// Blocks cannot be nested deeper than the bytecodes' literal indices allow in practice; a chain
// longer than this is no real one.
constexpr std::size_t kDeepestBlock = 256;

// The method that a piece of code stands in, and which literal leads from each code to the next.
struct Path {
  Oop method;
  std::vector<std::size_t> literals;  // outermost first
};

std::optional<Path> path_to(Oop code) {
  Path path{code, {}};
  while (is_of(path.method, ClassIndex::kCompiledBlock)) {
    const Object& block = *path.method.as_object();
    if (block.literal_count() == 0 || path.literals.size() > kDeepestBlock) return std::nullopt;
    const Oop outer = block.literal(block.literal_count() - 1);
    if (!is_compiled_code(outer)) return std::nullopt;
    std::size_t i = 0;
    while (i < outer.as_object()->literal_count() && outer.as_object()->literal(i) != path.method) {
      ++i;
    }
    if (i == outer.as_object()->literal_count()) return std::nullopt;
    path.literals.push_back(i);
    path.method = outer;
  }
  std::reverse(path.literals.begin(), path.literals.end());
  return path;
}

// The AdditionalMethodState of a method, or nothing.
std::optional<Oop> state_of(const Heap& heap, Oop method) {
  const Object& object = *method.as_object();
  if (object.literal_count() < 2) return std::nullopt;
  const Oop state = object.literal(object.literal_count() - 2);
  if (heap.class_of(state) != heap.special(heap::Special::kClassAdditionalMethodState)) {
    return std::nullopt;
  }
  if (!state.is_object() ||
      state.as_object()->slot_count() < layout::additional_method_state::kFirstProperty) {
    return std::nullopt;
  }
  return state;
}

// The value of a property such as #source, or nothing.
std::optional<Oop> property(const Heap& heap, Oop state, std::u32string_view name) {
  const auto key = find_symbol(heap, name);
  if (!key) return std::nullopt;
  const Object& object = *state.as_object();
  for (std::size_t i = layout::additional_method_state::kFirstProperty; i < object.slot_count();
       ++i) {
    const Oop entry = object.slot(i);
    if (!is_of(entry, ClassIndex::kAssociation)) continue;
    if (entry.as_object()->slot(layout::association::kKey) == *key) {
      return entry.as_object()->slot(layout::association::kValue);
    }
  }
  return std::nullopt;
}

// The class that the last literal of a method names, or nil.
Oop class_of_method(const Heap& heap, Oop method) {
  const Object& object = *method.as_object();
  if (object.literal_count() == 0) return heap.nil();
  const Oop binding = object.literal(object.literal_count() - 1);
  if (!binding.is_object() || !binding.as_object()->has_pointers_only() ||
      binding.as_object()->slot_count() < layout::association::kSize) {
    return heap.nil();
  }
  const Oop behavior = binding.as_object()->slot(layout::association::kValue);
  return is_behavior(heap, behavior) ? behavior : heap.nil();
}

bool same_bytecodes(const Object& method, const compiler::Code& code) {
  const std::size_t size = method.byte_count() - (method.initial_pc() - 1);
  return size >= code.bytecodes.size() &&
         std::equal(code.bytecodes.begin(), code.bytecodes.end(), method.bytecodes());
}

using Compiled = Result<compiler::MethodCode, compiler::CompileError>;

Compiled compile_again(const SourceText& source, compiler::Scope& scope, const Rooted<>& method,
                       bool is_doit) {
  if (!is_doit) return compiler::compile_method(source, scope);
  auto script = compiler::compile_doit(source, scope, {.script_variables = true});
  if (script.ok() && same_bytecodes(*method.get(), script.value())) return script;
  return compiler::compile_doit(source, scope);
}

// The block that the literals of `path` lead to.
const compiler::Code* code_at(const compiler::MethodCode& method, const Path& path) {
  const compiler::Code* code = &method;
  for (const std::size_t i : path.literals) {
    if (i >= code->literals.size()) return nullptr;
    const auto* block = std::get_if<compiler::Literal::Block>(&code->literals[i].value);
    if (block == nullptr || *block == nullptr) return nullptr;
    code = block->get();
  }
  return code;
}

}  // namespace

std::optional<Recompiled> recompile(Mutator& mutator, Oop code) {
  const Heap& heap = mutator.heap();
  const auto path = path_to(code);
  if (!path) return std::nullopt;
  const auto state = state_of(heap, path->method);
  if (!state) return std::nullopt;
  const auto source = property(heap, *state, U"source");
  const auto text = source ? utf8_of(heap, *source) : std::nullopt;
  if (!text) return std::nullopt;
  const auto file = property(heap, *state, U"file");
  const auto line = property(heap, *state, U"line");
  const bool has_line = line && line->is_small_int() && line->as_int() > 0;
  const SourceText source_text{*text, file ? utf8_of(heap, *file).value_or("") : "",
                               has_line ? static_cast<std::uint32_t>(line->as_int()) : 1u};
  const Oop selector = state->as_object()->slot(layout::additional_method_state::kSelector);
  const bool is_doit = selector == find_symbol(heap, U"DoIt");
  const Rooted<> method(mutator, path->method);
  PermissiveScope scope(mutator, class_of_method(heap, path->method));
  Compiled compiled = compile_again(source_text, scope, method, is_doit);
  if (!compiled.ok()) return std::nullopt;
  auto value = std::make_shared<compiler::MethodCode>(std::move(compiled).value());
  const compiler::Code* found = code_at(*value, *path);
  if (found == nullptr) return std::nullopt;
  return Recompiled{std::move(value), found};
}

std::vector<std::string> instance_variables_of(const Heap& heap, Oop code) {
  const auto path = path_to(code);
  if (!path) return {};
  std::vector<std::vector<std::string>> levels;
  for (Oop cls = class_of_method(heap, path->method); is_behavior(heap, cls);
       cls = cls.as_object()->slot(layout::behavior::kSuperclass)) {
    levels.push_back(own_instance_variables(heap, cls));
  }
  std::vector<std::string> names;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    names.insert(names.end(), level->begin(), level->end());
  }
  return names;
}

}  // namespace banter::primitives
