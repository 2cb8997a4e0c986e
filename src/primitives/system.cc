// system.cc -- the virtual machine as a program: primitives 89, 97, 113, 116, 119, 121, 142, 149,
// 214, 215, 254 and 570 to 573, and the named ones that tell versions.
#include <sys/utsname.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "image/image_file.h"
#include "interpreter/interpreter.h"
#include "primitives/system_state.h"
#include "primitives/table_list.h"
#include "primitives/tables.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

SystemState& state_of(const Args& args) {
  return args.vm.extensions().get<SystemState>();
}

// Behavior>>flushCache -- drops what is cached of all lookups; the receiver.  Fails: no.
// May collect: no.
Outcome flush_cache(Mutator&, const Args& args) {
  args.vm.flush_caches();
  return args.receiver();
}

// CompiledCode>>flushCache -- drops what is cached of the method; the receiver.
// Fails: bad_receiver.  May collect: no.
Outcome flush_cache_of_method(Mutator&, const Args& args) {
  if (!is_compiled_code(args.receiver())) return Failure::bad_receiver;
  args.vm.flush_caches_of_method(args.receiver());
  return args.receiver();
}

// Symbol>>flushCache -- drops what is cached of the selector; the receiver.  Fails: no.
// May collect: no.
Outcome flush_cache_of_selector(Mutator&, const Args& args) {
  args.vm.flush_caches_of_selector(args.receiver());
  return args.receiver();
}

// The receiver: an interpreter has no machine code to throw away.  Fails: no.  May collect: no.
Outcome nothing_to_do(Mutator&, const Args& args) {
  return args.receiver();
}

// SmalltalkImage>>snapshotPrimitive [withFormat:] -- writes the image to its path; true in the
// process that the saved image will run, false here. The format (3 or 4) changes nothing.
// Fails: bad_argument, bad_argument_count, os_error with what went wrong as detail.
// May collect: yes.
Outcome snapshot(Mutator& mutator, const Args& args) {
  if (args.count > 1) return Failure::bad_argument_count;
  if (args.count == 1 && args.at(0) != Oop::small_int(3) && args.at(0) != Oop::small_int(4)) {
    return Failure::bad_argument;
  }
  const std::string path = state_of(args).image_path;
  if (path.empty()) {
    const Oop text = make_string(mutator, std::string_view("the image has no path to be saved to"));
    return Outcome::failure(Failure::os_error, text);
  }
  interpreter::Interpreter& vm = args.vm;
  const std::uint32_t count = args.count;
  const Rooted<> receiver(mutator, args.receiver());
  const Rooted<> format(mutator, args.from_end(0));
  const Result<void> written =
      vm.snapshot(count, [&] { return image::write_image(mutator, path); });
  if (written.ok()) return Outcome::control();
  vm.top() = receiver.oop();
  if (count == 1) vm.push(format.oop());
  return Outcome::failure(Failure::os_error, make_string(mutator, written.error().message));
}

// ErrorReport>>write: -- writes a String to standard error; the receiver.
// Fails: bad_argument.  May collect: no.
Outcome write_standard_error(Mutator& mutator, const Args& args) {
  const auto text = utf8_of(mutator.heap(), args.at(0));
  if (!text) return Failure::bad_argument;
  std::fwrite(text->data(), 1, text->size(), stderr);
  std::fflush(stderr);
  return args.receiver();
}

// SmalltalkImage>>quitPrimitive, exitSuccess, exit: -- ends the program with that status, or 0: see
// Interpreter::quit.
// Fails: bad_argument, bad_argument_count.  May collect: no.
Outcome quit(Mutator&, const Args& args) {
  if (args.count > 1) return Failure::bad_argument_count;
  int status = 0;
  if (args.count == 1) {
    const auto wanted = args.argument<std::int32_t>(0);
    if (!wanted) return Failure::bad_argument;
    status = *wanted;
  }
  const SystemState& state = state_of(args);
  if (state.exit) {
    state.exit(status);
    return args.receiver();
  }
  args.vm.quit(status);
  return args.receiver();
}

// SmalltalkImage>>imagePath, imagePath: -- the image's file name, after setting it if there is an
// argument.  Fails: bad_argument, bad_argument_count.  May collect: yes.
Outcome image_path(Mutator& mutator, const Args& args) {
  if (args.count > 1) return Failure::bad_argument_count;
  std::string& path = state_of(args).image_path;
  if (args.count == 1) {
    const auto wanted = utf8_of(mutator.heap(), args.at(0));
    if (!wanted) return Failure::bad_argument;
    path = *wanted;
  }
  return make_string(mutator, path);
}

// SmalltalkImage>>vmPath -- the folder of the executable, with a slash at the end.  Fails: no.
// May collect: yes.
Outcome vm_path(Mutator& mutator, const Args& args) {
  const std::string& path = state_of(args).vm_path;
  const std::size_t slash = path.rfind('/');
  return make_string(mutator, slash == path.npos ? std::string("./") : path.substr(0, slash + 1));
}

std::string operating_system_attribute(std::int64_t number) {
  utsname names{};
  uname(&names);
  switch (number) {
    case 1001:
      return "unix";
    case 1002:
      return names.release;
    case 1003:
      return names.machine;
    default:
      return "";
  }
}

std::string element(const std::vector<std::string>& strings, std::int64_t i) {
  return i >= 0 && i < static_cast<std::int64_t>(strings.size())
             ? strings[static_cast<std::size_t>(i)]
             : "";
}

// SmalltalkImage>>getSystemAttribute: -- a String, empty for a number without a meaning. 0 the
// executable, 1 the image, 2... the image's arguments, -1... the VM's, 1001... the system.
// Fails: bad_argument.  May collect: yes.
Outcome system_attribute(Mutator& mutator, const Args& args) {
  if (!args.at(0).is_small_int()) return Failure::bad_argument;
  const std::int64_t number = args.at(0).as_int();
  const SystemState& state = state_of(args);
  std::string value;
  if (number < 0) {
    value = element(state.vm_arguments, -1 - number);
  } else if (number == 0) {
    value = state.vm_path;
  } else if (number == 1) {
    value = state.image_path;
  } else if (number < 1000) {
    value = element(state.image_arguments, number - 2);
  } else if (number == 1004 || number == 1006 || number == 1009) {
    value = "Banter " BANTER_VERSION;
  } else if (number == 1010) {
    value = "AIO";
  } else {
    value = operating_system_attribute(number);
  }
  return make_string(mutator, value);
}

constexpr std::size_t kParameterCount = 86;

// VM parameter `index` (1-based); nil for those that mean nothing here.
Oop vm_parameter(Mutator& mutator, std::size_t index) {
  constexpr std::uint64_t kImmutability = 2;
  constexpr std::uint64_t kHeartbeat = 4;
  constexpr std::uint64_t kExternalSemaphores = 256;
  const Heap& heap = mutator.heap();
  const heap::HeapStatistics& counted = heap.statistics();
  const auto number = [&mutator](std::uint64_t value) { return mutator.new_integer(value); };
  switch (index) {
    case 1:
      return number(heap.old_bytes_used());
    case 2:
    case 44:
    case 45:
      return number(heap.eden_bytes());
    case 3:
      return number(heap.old_bytes_committed() + heap.eden_bytes());
    case 7:
      return number(counted.full_collections);
    case 8:
      return number(counted.full_nanoseconds / 1'000'000);
    case 9:
      return number(counted.scavenges);
    case 10:
      return number(counted.scavenge_nanoseconds / 1'000'000);
    case 11:
      return number(counted.tenured_objects);
    case 34:
      return number(heap.allocated_bytes());
    case 40:
      return number(std::uint64_t{8});
    case 41:
      return number(std::uint64_t{image::kFormatNumber});
    case 49:
      return number(kExternalSemaphores);
    case 52:
      return number(heap.remembered_count());
    case 53:
      return number(std::uint64_t{1});
    case 54:
      return number(heap.old_bytes_free());
    case 65:
      return number(kImmutability | kHeartbeat);
    case 16:
    case 42:
    case 43:
    case 46:
    case 47:
    case 48:
    case 67:
    case 79:
      return number(std::uint64_t{0});
    default:
      return mutator.nil();
  }
}

// VirtualMachine>>parameterAt: and its kin -- no arguments: an Array of all; one: the value; two:
// always fails, none can be set.
// Fails: bad_argument, bad_index, bad_argument_count, no_modification.  May collect: yes.
Outcome vm_parameters(Mutator& mutator, const Args& args) {
  if (args.count > 2) return Failure::bad_argument_count;
  if (args.count == 0) {
    Rooted<> all(mutator, mutator.new_array(kParameterCount));
    for (std::size_t i = 0; i < kParameterCount; ++i) all.store(i, vm_parameter(mutator, i + 1));
    return all.oop();
  }
  if (!args.at(0).is_small_int()) return Failure::bad_argument;
  const std::int64_t index = args.at(0).as_int();
  if (index < 1 || index > static_cast<std::int64_t>(kParameterCount)) return Failure::bad_index;
  if (args.count == 2) return Failure::no_modification;
  return vm_parameter(mutator, static_cast<std::size_t>(index));
}

// SmalltalkImage>>listBuiltinModule: -- the name of the n-th module, nil behind the last one.
// Fails: bad_argument.  May collect: yes.
Outcome builtin_module(Mutator& mutator, const Args& args) {
  const auto index = args.argument<std::int64_t>(0);
  if (!index || *index < 1) return Failure::bad_argument;
  std::set<std::string_view> modules;
  for (const NamedTable table : named_tables()) {
    for (const NamedEntry& entry : table) modules.insert(entry.module);
  }
  modules.erase("");
  std::int64_t at = 1;
  for (const std::string_view module : modules) {
    if (at++ == *index) return make_string(mutator, module);
  }
  return mutator.nil();
}

// SmalltalkImage>>listLoadedModule: -- nil: every module is built in.
// Fails: bad_argument.  May collect: no.
Outcome loaded_module(Mutator& mutator, const Args& args) {
  const auto index = args.argument<std::int64_t>(0);
  if (!index || *index < 1) return Failure::bad_argument;
  return mutator.nil();
}

// The version of Banter.  Fails: no.  May collect: yes.
Outcome version(Mutator& mutator, const Args&) {
  return make_string(mutator, std::string_view("Banter " BANTER_VERSION));
}

// The format number of saved images.  Fails: no.  May collect: no.
Outcome image_format(Mutator&, const Args&) {
  return Oop::small_int(image::kFormatNumber);
}

// An Array { 'version'. aString. 'os'. ... }: version, os, osVersion, cpu, compiler.  Fails: no.
// May collect: yes.
Outcome build_info(Mutator& mutator, const Args&) {
  const std::array<std::string, 10> strings{"version",   BANTER_VERSION,
                                            "os",        operating_system_attribute(1001),
                                            "osVersion", operating_system_attribute(1002),
                                            "cpu",       operating_system_attribute(1003),
                                            "compiler",  __VERSION__};
  Rooted<> result(mutator, mutator.new_array(strings.size()));
  for (std::size_t i = 0; i < strings.size(); ++i) {
    result.store(i, make_string(mutator, strings[i]));
  }
  return result.oop();
}

constexpr Entry kTable[] = {
    {89, "Behavior.flush_cache", 0, flush_cache},
    {97, "System.snapshot", -1, snapshot},
    {113, "System.quit", -1, quit},
    {116, "CompiledCode.flush_cache", 0, flush_cache_of_method},
    {119, "Symbol.flush_cache", 0, flush_cache_of_selector},
    {121, "System.image_path", -1, image_path},
    {142, "System.vm_path", 0, vm_path},
    {149, "System.attribute", 1, system_attribute},
    {214, "System.void_machine_code", 0, nothing_to_do},
    {215, "CompiledCode.flush_cache_too", 0, flush_cache_of_method},
    {254, "System.vm_parameters", -1, vm_parameters},
    {570, "System.flush_external_primitives", 0, flush_cache},
    {571, "System.unload_module", 1, flush_cache},
    {572, "System.builtin_module", 1, builtin_module},
    {573, "System.loaded_module", 1, loaded_module},
};

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveBuildInfo", 0, build_info},
    {"Banter", "primitiveStandardErrorWrite", 1, write_standard_error},
    {"", "primitiveVMVersion", 0, version},
    {"", "primitiveInterpreterSourceVersion", 0, version},
    {"", "primitivePlatformSourceVersion", 0, version},
    {"", "primitiveImageFormatVersion", 0, image_format},
    {"", "primitiveDisableModuleLoading", 0, nothing_to_do},
};

}  // namespace

NumberedTable system_table() {
  return kTable;
}
NamedTable system_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
