// compiler.cc -- the compiler and what it knows of compiled code: named primitives of module
// Banter.
//
// Arguments of another class fail with bad_argument; mistakes in a source fail with the detail that
// source_failure.h describes. All may collect.
#include "compiler/compiler.h"

#include <algorithm>
#include <span>

#include "bytecode/disassembler.h"
#include "heap/layouts.h"
#include "interpreter/interpreter.h"
#include "primitives/array_builder.h"
#include "primitives/code_objects.h"
#include "primitives/recompile.h"
#include "primitives/script_scope.h"
#include "primitives/source_failure.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// The arguments source, file, first line that compiling primitives share.
struct Source {
  std::string text;
  std::string file;
  std::uint32_t line;

  SourceText source_text() const { return {text, file, line}; }
};

// A String, or the empty one for nil; nothing for anything else.
std::optional<std::string> optional_text(const Heap& heap, Oop oop) {
  if (oop == heap.nil()) return "";
  return utf8_of(heap, oop);
}

std::optional<Source> source_of(const Heap& heap, Oop text, Oop file, Oop line) {
  auto source = utf8_of(heap, text);
  auto name = optional_text(heap, file);
  const auto number = Args::convert<std::uint32_t>(line);
  if (!source || !name || !number || *number < 1) return std::nullopt;
  return Source{std::move(*source), std::move(*name), *number};
}

// Behavior>>compile: -- (source, protocol or nil, file or nil, first line [, package or nil]): a
// CompiledMethod of the receiver, not installed.
Outcome compile_method(Mutator& mutator, const Args& args) {
  if (args.count != 4 && args.count != 5) return Failure::bad_argument_count;
  const Heap& heap = mutator.heap();
  if (!is_behavior(heap, args.receiver())) return Failure::bad_receiver;
  const auto source = source_of(heap, args.at(0), args.at(2), args.at(3));
  const auto protocol = optional_text(heap, args.at(1));
  const auto package = args.count == 5 ? optional_text(heap, args.at(4)) : std::string();
  if (!source || !protocol || !package) return Failure::bad_argument;
  ClassScope scope(mutator, args.receiver());
  const auto compiled = compiler::compile_method(source->source_text(), scope);
  if (!compiled.ok()) return source_failure(mutator, compiled.error());
  return make_method(mutator, compiled.value(), scope, {*protocol, *package});
}

// Object>>compileDoIt: -- (source, file or nil, first line, variables): a CompiledMethod DoIt that
// evaluates statements with the receiver as self. With a Dictionary of variables the names that
// are assigned without being known are added to it; with nil they are errors.
Outcome compile_doit(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const auto source = source_of(heap, args.at(0), args.at(1), args.at(2));
  if (!source) return Failure::bad_argument;
  const Oop behavior = heap.class_of(args.receiver());
  if (args.at(3) == heap.nil()) {
    ClassScope scope(mutator, behavior);
    const auto compiled = compiler::compile_doit(source->source_text(), scope);
    if (!compiled.ok()) return source_failure(mutator, compiled.error());
    return make_method(mutator, compiled.value(), scope, {});
  }
  if (!ScriptScope::is_dictionary(heap, args.at(3))) return Failure::bad_argument;
  ScriptScope scope(mutator, behavior, args.at(3));
  const auto compiled =
      compiler::compile_doit(source->source_text(), scope, {.script_variables = true});
  if (!compiled.ok()) return source_failure(mutator, compiled.error());
  return make_method(mutator, compiled.value(), scope, {});
}

// Behavior>>selectorOf: -- the selector of a method's source, or nil when it does not compile.
Outcome selector_of_source(Mutator& mutator, const Args& args) {
  const auto text = utf8_of(mutator.heap(), args.at(0));
  if (!text) return Failure::bad_argument;
  PermissiveScope scope(mutator, mutator.nil());
  const auto compiled = compiler::compile_method({*text, ""}, scope);
  if (!compiled.ok()) return mutator.nil();
  return intern(mutator, compiled.value().selector);
}

// CompiledCode>>lineForPC: -- the line in its file of the instruction that ends before a pc (the
// first one for the initial pc); nil when the source is not kept.
// Fails: bad_receiver, bad_argument.
Outcome line_for_pc(Mutator& mutator, const Args& args) {
  if (!is_compiled_code(args.receiver())) return Failure::bad_receiver;
  const auto pc = args.argument<std::int64_t>(0);
  if (!pc) return Failure::bad_argument;
  const Object& self = *args.receiver().as_object();
  const auto first = static_cast<std::int64_t>(self.initial_pc());
  const auto last = static_cast<std::int64_t>(self.byte_count()) + 1;
  if (*pc < first || *pc > last) return Failure::bad_argument;
  const auto recompiled = recompile(mutator, args.receiver());
  if (!recompiled) return mutator.nil();
  const auto offset = static_cast<std::uint32_t>(std::max<std::int64_t>(*pc - first - 1, 0));
  const std::uint32_t position = compiler::source_offset(*recompiled->code, offset);
  return Oop::small_int(compiler::source_line(*recompiled->method, position));
}

// CompiledCode>>tempNames -- an Array of Strings, arguments first; nil when the source is not kept.
// Fails: bad_receiver.
Outcome temp_names(Mutator& mutator, const Args& args) {
  if (!is_compiled_code(args.receiver())) return Failure::bad_receiver;
  const auto recompiled = recompile(mutator, args.receiver());
  if (!recompiled) return mutator.nil();
  ArrayBuilder names(mutator);
  for (const std::string& name : recompiled->code->temp_names) names.string(name);
  return names.make();
}

// What a literal looks like in a disassembly.
std::string describe_literal(const interpreter::Interpreter& vm, const Heap& heap, Oop literal) {
  if (literal.is_small_int()) return std::to_string(literal.as_int());
  if (const auto text = Text::of(heap, literal)) {
    return is_symbol(literal) ? "#" + text->utf8() : "'" + text->utf8() + "'";
  }
  if (is_compiled_code(literal)) return "a block";
  if (is_of(literal, ClassIndex::kAssociation)) {
    const Oop key = literal.as_object()->slot(heap::slots::association::kKey);
    if (const auto name = utf8_of(heap, key)) return *name;
  }
  return "a " + vm.class_name(heap.class_of(literal));
}

// CompiledCode>>symbolic -- the bytecodes as text, one line each.  Fails: bad_receiver.
Outcome disassemble(Mutator& mutator, const Args& args) {
  constexpr std::size_t kMethodTrailerBytes = 5;
  if (!is_compiled_code(args.receiver())) return Failure::bad_receiver;
  const Heap& heap = mutator.heap();
  const Object& self = *args.receiver().as_object();
  std::size_t size = self.byte_count() - (self.initial_pc() - 1);
  const bool is_block = is_of(args.receiver(), ClassIndex::kCompiledBlock);
  if (!is_block) size -= std::min(size, kMethodTrailerBytes);
  const std::vector<std::string> variables = instance_variables_of(heap, args.receiver());
  bytecode::OperandNames names;
  names.literal = [&](std::uint32_t i) {
    return i < self.literal_count() ? describe_literal(args.vm, heap, self.literal(i))
                                    : "literal " + std::to_string(i);
  };
  names.receiver_variable = [&](std::uint32_t i) {
    return i < variables.size() ? variables[i] : std::to_string(i);
  };
  const std::string text = bytecode::disassemble({self.bytecodes(), size}, names,
                                                 static_cast<std::uint32_t>(self.initial_pc()));
  return make_string(mutator, text);
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveCompileMethod", -1, compile_method},
    {"Banter", "primitiveCompileDoIt", 4, compile_doit},
    {"Banter", "primitiveMethodSelectorOfSource", 1, selector_of_source},
    {"Banter", "primitiveMethodLineForPc", 1, line_for_pc},
    {"Banter", "primitiveMethodTempNames", 0, temp_names},
    {"Banter", "primitiveDisassemble", 0, disassemble},
};

}  // namespace

NamedTable compiler_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
