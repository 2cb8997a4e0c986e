// environment.cc -- what surrounds the process: variables, working directory, user, randomness.
// Named primitives of module Banter, of the VM itself ('') and of LocalePlugin and UUIDPlugin.
//
// The receiver is ignored. Names and values are Strings; anything else fails with bad_argument.
// What the system refuses fails with os_error and its words as detail. All may collect.
#include <pwd.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "primitives/file_status.h"
#include "primitives/os_failure.h"
#include "primitives/table_list.h"

extern char** environ;

namespace banter::primitives {
namespace {

Oop string_or_nil(Mutator& mutator, const char* text) {
  return text == nullptr ? mutator.nil() : make_string(mutator, std::string_view(text));
}

// primitiveGetenv(name) -- a String, or nil.
Outcome get_variable(Mutator& mutator, const Args& args) {
  const auto name = path_argument(mutator, args, 0);
  if (!name) return Failure::bad_argument;
  return string_or_nil(mutator, std::getenv(name->c_str()));
}

// primitiveSetenv(name, value) -- sets a variable, or removes it when the value is nil; the
// receiver.
Outcome set_variable(Mutator& mutator, const Args& args) {
  const auto name = path_argument(mutator, args, 0);
  if (!name) return Failure::bad_argument;
  int code = 0;
  if (args.at(1) == mutator.nil()) {
    code = unsetenv(name->c_str());
  } else {
    const auto value = path_argument(mutator, args, 1);
    if (!value) return Failure::bad_argument;
    code = setenv(name->c_str(), value->c_str(), 1);
  }
  if (code != 0) return os_failure(mutator, errno, *name);
  return args.receiver();
}

// primitiveEnvironment -- an Array of 'NAME=value' Strings.
Outcome all_variables(Mutator& mutator, const Args&) {
  std::size_t count = 0;
  while (environ[count] != nullptr) ++count;
  Rooted<> array(mutator, mutator.new_array(count));
  for (std::size_t i = 0; i < count; ++i) {
    array.store(i, make_string(mutator, std::string_view(environ[i])));
  }
  return array.oop();
}

// primitiveGetWorkingDirectory
Outcome working_directory(Mutator& mutator, const Args&) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::current_path(error);
  if (error) return os_failure(mutator, error.value(), "working directory");
  return make_string(mutator, path.string());
}

// primitiveSetWorkingDirectory(path) -- the receiver.
Outcome set_working_directory(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  if (chdir(path->c_str()) != 0) return os_failure(mutator, errno, *path);
  return args.receiver();
}

// primitiveProcessId
Outcome process_id(Mutator&, const Args&) {
  return Oop::small_int(getpid());
}

// primitiveProcessorCount
Outcome processor_count(Mutator&, const Args&) {
  return Oop::small_int(std::thread::hardware_concurrency());
}

// primitiveHostName
Outcome host_name(Mutator& mutator, const Args&) {
  char name[HOST_NAME_MAX + 1] = {};
  if (gethostname(name, sizeof name - 1) != 0) return os_failure(mutator, errno, "host name");
  return make_string(mutator, std::string_view(name));
}

// primitiveUserHome -- the folder in HOME, or of the user's entry, or nil.
Outcome user_home(Mutator& mutator, const Args&) {
  const char* home = std::getenv("HOME");
  if (home != nullptr) return string_or_nil(mutator, home);
  const passwd* entry = getpwuid(getuid());
  return string_or_nil(mutator, entry == nullptr ? nullptr : entry->pw_dir);
}

// Fills `size` bytes from the system's generator.
bool fill_random(std::uint8_t* bytes, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = getrandom(bytes + done, size - done, 0);
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return true;
}

// primitiveRandomBytes(n) -- a ByteArray of up to 65536 random bytes.
Outcome random_bytes(Mutator& mutator, const Args& args) {
  constexpr std::int64_t kMost = 65536;
  const auto size = args.argument<std::int64_t>(0);
  if (!size || *size < 0 || *size > kMost) return Failure::bad_argument;
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  if (!fill_random(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size())) {
    return os_failure(mutator, errno, "random bytes");
  }
  return make_byte_array(mutator, bytes);
}

// UUIDPlugin primitiveMakeUUID(bytes) -- fills a ByteArray of 16 with a random (version 4) UUID and
// answers it.  Fails: no_modification too.
Outcome make_uuid(Mutator& mutator, const Args& args) {
  constexpr std::size_t kSize = 16;
  if (!is_byte_object(args.at(0)) || args.at(0).as_object()->byte_count() != kSize) {
    return Failure::bad_argument;
  }
  Object& uuid = *args.at(0).as_object();
  if (uuid.is_immutable()) return Failure::no_modification;
  if (!fill_random(uuid.bytes(), kSize)) return os_failure(mutator, errno, "random bytes");
  uuid.bytes()[6] = static_cast<std::uint8_t>((uuid.bytes()[6] & 0x0F) | 0x40);
  uuid.bytes()[8] = static_cast<std::uint8_t>((uuid.bytes()[8] & 0x3F) | 0x80);
  return args.at(0);
}

// The user's locale, such as de_DE.UTF-8; empty when none is set.
std::string_view locale_name() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

// LocalePlugin primitiveLanguage -- such as 'de'; 'en' when nothing is set.
Outcome language(Mutator& mutator, const Args&) {
  const std::string_view name = locale_name();
  const std::size_t end = name.find_first_of("_.@");
  const bool plain = name.empty() || name == "C" || name == "POSIX" || name.starts_with("C.");
  return make_string(mutator, plain ? std::string_view("en") : name.substr(0, end));
}

// LocalePlugin primitiveCountry -- such as 'DE'; 'US' when nothing is set.
Outcome country(Mutator& mutator, const Args&) {
  const std::string_view name = locale_name();
  const std::size_t begin = name.find('_');
  if (begin == name.npos) return make_string(mutator, std::string_view("US"));
  const std::string_view rest = name.substr(begin + 1);
  return make_string(mutator, rest.substr(0, rest.find_first_of(".@")));
}

constexpr NamedEntry kNamedTable[] = {
    {"", "primitiveGetenv", 1, get_variable},
    {"Banter", "primitiveSetenv", 2, set_variable},
    {"Banter", "primitiveEnvironment", 0, all_variables},
    {"", "primitiveGetCurrentWorkingDirectory", 0, working_directory},
    {"Banter", "primitiveGetWorkingDirectory", 0, working_directory},
    {"Banter", "primitiveSetWorkingDirectory", 1, set_working_directory},
    {"Banter", "primitiveProcessId", 0, process_id},
    {"Banter", "primitiveProcessorCount", 0, processor_count},
    {"Banter", "primitiveHostName", 0, host_name},
    {"Banter", "primitiveUserHome", 0, user_home},
    {"Banter", "primitiveRandomBytes", 1, random_bytes},
    {"UUIDPlugin", "primitiveMakeUUID", 1, make_uuid},
    {"LocalePlugin", "primitiveLanguage", 0, language},
    {"LocalePlugin", "primitiveCountry", 0, country},
};

}  // namespace

NamedTable environment_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
