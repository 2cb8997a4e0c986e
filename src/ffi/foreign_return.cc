#include "ffi/foreign_return.h"

#include <fmt/core.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

namespace banter::ffi {

namespace {

std::string type_of_current_exception() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "";
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), std::free);
  return name == nullptr ? type->name() : name.get();
}

// Among the types that people throw, those with a text.
std::string text_of_current_exception() {
  try {
    throw;
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (const std::string& text) {
    return text;
  } catch (const char* text) {
    return text;
  } catch (int number) {
    return fmt::format("{}", number);
  } catch (...) {
    return "";
  }
}

}  // namespace

std::unique_ptr<ForeignEnding> ended_by_exception() {
  return std::make_unique<ForeignEnding>(
      ForeignEnding{false, type_of_current_exception(), text_of_current_exception()});
}

std::unique_ptr<ForeignEnding> ended_by_leaving() {
  return std::make_unique<ForeignEnding>(ForeignEnding{true, "", ""});
}

void check_end_of_thread(interpreter::Interpreter& vm, const interpreter::Callout& callout,
                         const char* function) {
  if (callout.on_foreign_thread()) return;
  vm.fatal(fmt::format("{} ended its thread, which is one of the virtual machine's", function));
}

}  // namespace banter::ffi
