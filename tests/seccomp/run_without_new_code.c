/* run_without_new_code.c -- run_without_new_code PROGRAM [ARG...]: runs PROGRAM where no new
 * executable memory can be made.
 *
 * A seccomp filter answers EACCES to
 *   mmap and mprotect with PROT_WRITE and PROT_EXEC together,
 *   mmap of anonymous memory with PROT_EXEC,
 *   mprotect that adds PROT_EXEC, and memfd_create.
 * The dynamic linker maps libraries from their files with PROT_EXEC, which stays allowed.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_mmap2 /* what libc calls where pointers have 32 bits */
#define MAP_CALL SYS_mmap2
#else
#define MAP_CALL SYS_mmap
#endif
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define JUMP_IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define AND(mask) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (mask))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)

static struct sock_filter filter[] = {
    /* 0 */ LOAD(offsetof(struct seccomp_data, nr)),
    /* 1 */ JUMP_IF_EQUAL(SYS_memfd_create, 14, 0),
    /* 2 */ JUMP_IF_EQUAL(SYS_mprotect, 8, 0),
    /* 3 */ JUMP_IF_EQUAL(MAP_CALL, 0, 11),
    /* 4 mmap: */ LOAD(ARGUMENT(2)),
    /* 5 */ AND(PROT_WRITE | PROT_EXEC),
    /* 6 */ JUMP_IF_EQUAL(PROT_WRITE | PROT_EXEC, 9, 0),
    /* 7 */ JUMP_IF_EQUAL(PROT_EXEC, 0, 7),
    /* 8 */ LOAD(ARGUMENT(3)),
    /* 9 */ AND(MAP_ANONYMOUS),
    /* 10 */ JUMP_IF_EQUAL(MAP_ANONYMOUS, 5, 4),
    /* 11 mprotect: */ LOAD(ARGUMENT(2)),
    /* 12 */ AND(PROT_EXEC),
    /* 13 */ JUMP_IF_EQUAL(PROT_EXEC, 2, 1),
    /* 14 */ ALLOW,
    /* 15 */ ALLOW,
    /* 16 */ REFUSE,
};

int main(int argc, char **argv) {
  struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
  if (argc < 2) {
    fprintf(stderr, "usage: run_without_new_code PROGRAM [ARG...]\n");
    return 2;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    fprintf(stderr, "run_without_new_code: no filter can be set: %s\n", strerror(errno));
    return 2;
  }
  if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) {
    fprintf(stderr, "run_without_new_code: the filter does not work\n");
    return 2;
  }
  execv(argv[1], argv + 1);
  fprintf(stderr, "run_without_new_code: %s: %s\n", argv[1], strerror(errno));
  return 2;
}
