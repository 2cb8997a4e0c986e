// subject.cc -- C and C++ functions that do to callbacks what libraries do; see the programs
// beside.
#include <pthread.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using Function = int (*)(int);
using Comparison = int (*)(const void*, const void*);

namespace {

Function at_exit_function;
int at_exit_argument;
std::atomic<int> inside{0};

void call_at_exit() {
  std::printf("at exit %d\n", at_exit_function(at_exit_argument));
  std::fflush(stdout);
}

Comparison comparison;
std::vector<int> answers;

int compare_and_note(const void* a, const void* b) {
  answers.push_back(comparison(a, b));
  return answers.back();
}

struct OwnType {
  int number;
};

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT int call(Function f, int n) {
  return f(n);
}

EXPORT void say_result_of(const char* name, Function f, int n) {
  std::printf("%s %d\n", name, f(n));
  std::fflush(stdout);
}

// Sorts five numbers by f and says what the first comparison answered, and what all others.
EXPORT void say_comparisons(Comparison f) {
  comparison = f;
  answers.clear();
  int numbers[] = {5, 4, 3, 2, 1};
  std::qsort(numbers, 5, sizeof numbers[0], compare_and_note);
  std::printf("first %d\n", answers.at(0));
  for (const int each : std::set<int>(answers.begin() + 1, answers.end()))
    std::printf("others %d\n", each);
  std::fflush(stdout);
}

EXPORT int call_and_sleep(Function f, int n, int seconds) {
  const int result = f(n);
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  return result;
}

EXPORT void say_at_exit(Function f, int n) {
  at_exit_function = f;
  at_exit_argument = n;
  std::atexit(call_at_exit);
}

// The child's exit status is what it got.
EXPORT int call_in_child(Function f, int n) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(f(n));
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

// Answers -1 when somebody else is inside already.
EXPORT int call_alone(Function f, int n) {
  if (inside.fetch_add(1) > 0) {
    inside.fetch_sub(1);
    return -1;
  }
  const int result = f(n);
  inside.fetch_sub(1);
  return result;
}

// The sum of all results.
EXPORT std::int64_t call_from_pool(int threads, int calls, std::int64_t (*f)(std::int64_t)) {
  std::atomic<std::int64_t> sum{0};
  std::vector<std::thread> pool;
  for (int i = 0; i < threads; i++) {
    pool.emplace_back([&, i] {
      for (int j = 0; j < calls; j++) sum += f(static_cast<std::int64_t>(i) * calls + j);
    });
  }
  for (std::thread& each : pool) each.join();
  return sum;
}

EXPORT void throw_runtime_error(const char* text) {
  throw std::runtime_error(text);
}

EXPORT void throw_own_type(int number) {
  throw OwnType{number};
}

EXPORT void throw_string(const char* text) {
  throw std::string(text);
}

// Has a destructor that must run when its frame is left.
EXPORT int call_with_cleanup(Function f, int n) {
  struct Cleanup {
    ~Cleanup() {
      std::printf("cleanup\n");
      std::fflush(stdout);
    }
  } const cleanup;
  return f(n) + 1;
}

namespace {
timer_t timer;
}

// Calls f(n) on a thread of its own, once, after that many milliseconds.
EXPORT int start_timer(void (*f)(sigval), int n, int milliseconds) {
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_value.sival_int = n;
  event.sigev_notify_function = f;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return -1;
  itimerspec when = {};
  when.it_value.tv_sec = milliseconds / 1000;
  when.it_value.tv_nsec = milliseconds % 1000 * 1'000'000L;
  return timer_settime(timer, 0, &when, nullptr);
}

// The calling thread allocates all the while; answers the number of signals sent to it.
EXPORT int allocate_while_signals_come(void (*handler)(int), int number, int signals) {
  void (*const before)(int) = std::signal(number, handler);
  std::atomic<bool> done{false};
  const pthread_t allocating = pthread_self();
  int sent = 0;
  std::thread sender([&] {
    for (; sent < signals; sent++) {
      pthread_kill(allocating, number);
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    done = true;
  });
  // Larger than what each thread keeps for itself without locks.
  for (std::size_t size = 2000; !done; size = size * 5 % 100'003 + 2000) {
    volatile char* const memory = static_cast<char*>(std::malloc(size));
    memory[0] = 1;
    std::free(const_cast<char*>(memory));
  }
  sender.join();
  std::signal(number, before);
  return sent;
}

// Calls f(n) on a thread that the end of the program waits for.
EXPORT void call_on_thread_joined_at_exit(Function f, int n) {
  static std::thread thread;
  thread = std::thread([=] { f(n); });
  std::atexit([] { thread.join(); });
}

// Calls f four times on a stack that is no thread's, and comes back between the calls.
EXPORT int call_in_coroutine(Function f, int n) {
  static Function function;
  static int argument, sum;
  static ucontext_t caller, coroutine;
  static std::vector<char> stack(512 * 1024);
  function = f;
  argument = n;
  sum = 0;
  getcontext(&coroutine);
  coroutine.uc_stack.ss_sp = stack.data();
  coroutine.uc_stack.ss_size = stack.size();
  coroutine.uc_link = &caller;
  makecontext(
      &coroutine,
      [] {
        for (int i = 0; i < 4; i++) {
          sum += function(argument);
          if (i < 3) swapcontext(&coroutine, &caller);
        }
      },
      0);
  for (int i = 0; i < 4; i++) swapcontext(&caller, &coroutine);
  return sum;
}

// Answers the text of the exception that it handles while it calls f.
EXPORT const char* call_while_handling(const char* text, Function f, int n) {
  static thread_local std::string answer;
  try {
    try {
      throw std::runtime_error(text);
    } catch (...) {
      f(n);
      throw;
    }
  } catch (const std::runtime_error& error) {
    answer = error.what();
  }
  return answer.c_str();
}

// The same, but the destructor of an object in between calls f.
EXPORT const char* call_while_unwinding(const char* text, Function f, int n) {
  struct Caller {
    Function f;
    int n;
    ~Caller() { f(n); }
  };
  static thread_local std::string answer;
  try {
    const Caller caller{f, n};
    throw std::runtime_error(text);
  } catch (const std::runtime_error& error) {
    answer = error.what();
  }
  return answer.c_str();
}

#ifdef __i386__
#define CONVENTION(name) __attribute__((name))
#else
#define CONVENTION(name)
#endif

// Compiled without a frame pointer, by which a stack that is off would be set right.
EXPORT int call_by_convention(void* f, int is_fastcall, int count) {
  using Standard = int(CONVENTION(stdcall)*)(int, int);
  using Fast = int(CONVENTION(fastcall)*)(int, int, int, int);
  int sum = 0;
  for (int i = 0; i < count; i++) {
    sum += is_fastcall != 0 ? reinterpret_cast<Fast>(f)(i + 1, i, 4, 3)
                            : reinterpret_cast<Standard>(f)(i + 1, i);
  }
  return sum;
}
