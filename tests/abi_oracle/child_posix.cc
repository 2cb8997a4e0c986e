#include "child.h"

#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "base/check.h"

namespace banter::abi_oracle {
namespace {

void write_all(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(file, text.data() + done, text.size() - done);
    BANTER_CHECK(n > 0, "write to the parent: {}", std::strerror(errno));
    done += static_cast<std::size_t>(n);
  }
}

std::string read_all(int file) {
  std::string text;
  char buffer[4096];
  while (true) {
    const ssize_t n = read(file, buffer, sizeof buffer);
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

}  // namespace

std::optional<Answer> asked_in_child(
    const std::function<std::optional<std::string>(std::size_t& progress)>& question) {
  void* shared =
      mmap(nullptr, sizeof(std::size_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2];
  BANTER_CHECK(shared != MAP_FAILED && pipe(ends) == 0, "{}", std::strerror(errno));
  auto& progress = *new (shared) std::size_t{0};
  std::fflush(nullptr);
  const pid_t child = fork();
  BANTER_CHECK(child >= 0, "fork: {}", std::strerror(errno));
  if (child == 0) {
    close(ends[0]);
    const auto answer = question(progress);
    if (answer) write_all(ends[1], *answer);
    std::fflush(nullptr);
    _exit(answer ? 1 : 0);
  }
  close(ends[1]);
  std::string text = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  const std::size_t reached = progress;
  munmap(shared, sizeof(std::size_t));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::nullopt;
  if (WIFSIGNALED(status)) text = fmt::format("ended by {}", strsignal(WTERMSIG(status)));
  return Answer{reached, text};
}

}  // namespace banter::abi_oracle
