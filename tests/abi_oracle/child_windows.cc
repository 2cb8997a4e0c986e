#include "child.h"

#include <windows.h>

#include <cstdio>

namespace banter::abi_oracle {
namespace {

const std::size_t* asked_progress;

LONG WINAPI say_where(EXCEPTION_POINTERS* fault) {
  std::fprintf(stderr, "abi_oracle_test: exception %08lx in signature %llu\n",
               fault->ExceptionRecord->ExceptionCode,
               static_cast<unsigned long long>(*asked_progress));
  return EXCEPTION_CONTINUE_SEARCH;
}

}  // namespace

std::optional<Answer> asked_in_child(
    const std::function<std::optional<std::string>(std::size_t& progress)>& question) {
  std::size_t progress = 0;
  asked_progress = &progress;
  const auto earlier = SetUnhandledExceptionFilter(say_where);
  auto text = question(progress);
  SetUnhandledExceptionFilter(earlier);
  if (!text) return std::nullopt;
  return Answer{progress, std::move(*text)};
}

}  // namespace banter::abi_oracle
