#include <windows.h>

#include <string_view>

#include "base/check.h"
#include "carrier/thread.h"
#include "native/fault.h"
#include "native/safe_memory.h"

namespace banter::native {

namespace {

void say(std::string_view text) {
  DWORD written = 0;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), text.data(), static_cast<DWORD>(text.size()), &written,
            nullptr);
}

// A full native stack cannot be helped, but the report says which it was.
void report_overflow(const void* address) {
  carrier::Thread* thread = carrier::Thread::current();
  if (thread == nullptr || !thread->overflows_at(address)) return;
  say("banter: native stack overflow: ");
  say(thread->current_stack().name());
  say("\n");
}

// A vectored handler sees a fault before those that frames have; what is not ours goes on to them.
LONG CALLBACK handle_fault(EXCEPTION_POINTERS* fault) {
  const EXCEPTION_RECORD& record = *fault->ExceptionRecord;
  const bool is_access = record.ExceptionCode == EXCEPTION_ACCESS_VIOLATION ||
                         record.ExceptionCode == EXCEPTION_IN_PAGE_ERROR ||
                         record.ExceptionCode == EXCEPTION_STACK_OVERFLOW;
  if (!is_access || record.NumberParameters < 2) return EXCEPTION_CONTINUE_SEARCH;
  const auto* address = reinterpret_cast<const void*>(record.ExceptionInformation[1]);
  if (resume_access(fault->ContextRecord, address)) return EXCEPTION_CONTINUE_EXECUTION;
  report_overflow(address);
  return EXCEPTION_CONTINUE_SEARCH;
}

}  // namespace

void install_fault_handler() {
  [[maybe_unused]] static const bool installed = [] {
    BANTER_CHECK(AddVectoredExceptionHandler(1, handle_fault) != nullptr);
    fault_handler_is_installed.store(true, std::memory_order_release);
    return true;
  }();
}

}  // namespace banter::native
