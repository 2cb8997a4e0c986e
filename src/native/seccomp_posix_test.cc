// Thunks where the kernel refuses every way of making code: a child process runs under a filter
// that forbids memory that is writable and executable, executable memory without a file, making
// memory executable later, and memfd_create.

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <vector>

#include "carrier/sanitizers.h"
#include "native/native_testing.h"
#include "native/thunk_page.h"

namespace banter::native {
namespace {

using namespace testing_support;

// Answers of the child process.
constexpr int kDone = 42, kNoFilter = 43, kFilterLeaks = 44, kNoThunks = 45, kWrongAnswer = 46;

constexpr std::uint32_t low_half_of_argument(int index) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8u * index;
}

// 32-bit processors have two; the C library uses the newer.
#if defined(__NR_mmap2)
constexpr std::uint32_t kMmap = __NR_mmap2;
#else
constexpr std::uint32_t kMmap = __NR_mmap;
#endif

bool forbid_making_code() {
  constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_memfd_create, 12, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMmap, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mprotect, 7, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_pkey_mprotect, 6, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      // mmap: executable only from a file, and never writable too
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low_half_of_argument(2)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 5),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_WRITE, 5, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low_half_of_argument(3)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 3, 2),
      // mprotect, pkey_mprotect: never executable
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low_half_of_argument(2)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, kRefuse),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

bool filter_holds() {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto refused = [&](int protection) {
    return mmap(nullptr, page, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED &&
           errno == EPERM;
  };
  void* data = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return data != MAP_FAILED && refused(PROT_READ | PROT_EXEC) &&
         refused(PROT_READ | PROT_WRITE | PROT_EXEC) &&
         mprotect(data, page, PROT_READ | PROT_EXEC) != 0 &&
         syscall(__NR_memfd_create, "code", 0) == -1;
}

int child() {
  if (!forbid_making_code()) return kNoFilter;
  if (!filter_holds()) return kFilterLeaks;
  // More than any page made before the filter still has room for.
  ThunkRequest request;
  request.handler = [](VMCallbackContext* context) {
    return_word(context, reinterpret_cast<std::intptr_t>(context->record->user) * 2);
  };
  request.owner = &plain_owner();
  std::vector<ThunkRecord*> records;
  for (std::size_t i = 0; i < 2 * kThunksInPage + 10; i++) {
    request.user = reinterpret_cast<void*>(i);
    auto record = ThunkAllocator::instance().allocate(request);
    if (!record.ok()) return kNoThunks;
    records.push_back(record.value());
  }
  for (std::size_t i = 0; i < records.size(); i++)
    if (function_of<long()>(*records[i])() != static_cast<long>(2 * i)) return kWrongAnswer;
  return kDone;
}

TEST(Seccomp, ThunksNeedNoWayOfMakingCode) {
  const pid_t process = fork();
  if (process == 0) _exit(child());
  int status = 0;
  ASSERT_EQ(waitpid(process, &status, 0), process);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  if (WEXITSTATUS(status) == kNoFilter) GTEST_SKIP() << "no seccomp filters here (qemu-user)";
  EXPECT_EQ(WEXITSTATUS(status), kDone);
}

}  // namespace
}  // namespace banter::native
