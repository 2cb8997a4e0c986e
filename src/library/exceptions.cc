#include "library/exceptions.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace banter::library {
namespace {

std::string type_text(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : type.name();
}

// Requires that an exception is being handled.
std::string current_exception_text() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "a foreign exception";
  try {
    throw;
  } catch (const std::exception& exception) {
    return type_text(*type) + " (" + exception.what() + ")";
  } catch (...) {
    return type_text(*type);
  }
}

}  // namespace

void exception_escaped(const std::string& where) {
  std::fprintf(stderr, "banter: %s let a C++ exception out, %s: the program ends\n", where.c_str(),
               current_exception_text().c_str());
  std::terminate();
}

}  // namespace banter::library
