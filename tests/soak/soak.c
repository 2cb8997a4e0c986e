/* soak.c -- C's side of the soak: it calls blocks, on the caller's thread, on a pool of threads and
 * on threads that live for one call, and checks everything that comes back.
 *
 * A block gets two numbers and answers answer_for(a, b, key). What it answers otherwise is agreed
 * on: it fails when a leaves the rest 3 by 7, and returns across C when a leaves the rest 5, if the
 * mode says so; then C must get the default. The numbers come from a seed, so Smalltalk can compute
 * the same sum.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int64_t (*binary)(int64_t a, int64_t b);
typedef struct {
  int64_t a;
  double b;
} pair;
typedef pair (*pair_function)(pair value, int32_t n);
typedef double (*mixed_function)(double x, int32_t n, float y, int64_t m);

enum mode {
  kFails = 1,      /* some calls fail */
  kEnds = 2,       /* any call may get the default: the process may be terminated */
  kIsFreed = 4,    /* from some call on, all get the default */
  kDefault = -77,  /* what the callbacks of this test declare */
};

static atomic_long wrong;

int64_t soak_wrong(void) { return atomic_load(&wrong); }

int64_t soak_add(int64_t a, int64_t b) { return a + b; }

static int64_t next_number(int64_t *state) {
  *state = (*state * 1103 + 12345) % 1000003;
  return *state;
}

static int64_t answer_for(int64_t a, int64_t b, int64_t key) {
  return (a * 31 + b * 17 + key) % 1000003;
}

static int is_right(int64_t answer, int64_t a, int64_t b, int64_t key, int mode, int *freed) {
  const int fails = (mode & kFails) != 0 && (a % 7 == 3 || a % 7 == 5);
  if (answer == kDefault) {
    if ((mode & kIsFreed) != 0) *freed = 1;
    return fails || (mode & (kEnds | kIsFreed)) != 0;
  }
  return !fails && !*freed && answer == answer_for(a, b, key);
}

/* Answers the sum of what the calls answered. */
int64_t soak_run(binary block, int64_t count, int64_t seed, int64_t key, int32_t mode) {
  int64_t sum = 0, state = seed;
  int freed = 0;
  for (int64_t i = 0; i < count; i++) {
    const int64_t a = next_number(&state), b = next_number(&state);
    const int64_t answer = block(a, b);
    if (!is_right(answer, a, b, key, mode, &freed)) atomic_fetch_add(&wrong, 1);
    sum += answer;
  }
  return sum;
}

int64_t soak_run_and_destroy(binary block, int64_t count, int64_t seed, int64_t key,
                             void (*destroy)(void *data)) {
  const int64_t sum = soak_run(block, count, seed, key, 0);
  destroy(NULL);
  return sum;
}

/* No two processes are in here at once; `who` is the one. */
int64_t soak_run_alone(binary block, int64_t count, int64_t seed, int64_t key, int64_t who) {
  static int64_t inside;
  const int64_t before = inside;
  if (before != 0 && before != who) atomic_fetch_add(&wrong, 1);
  inside = who;
  const int64_t sum = soak_run(block, count, seed, key, 0);
  inside = before;
  return sum;
}

/* The same for other types: every answer is checked, none is summed up. */
void soak_run_pairs(pair_function block, int64_t count, int64_t seed) {
  int64_t state = seed;
  for (int64_t i = 0; i < count; i++) {
    const pair value = {next_number(&state), (double)next_number(&state) / 4};
    const int32_t n = (int32_t)(next_number(&state) % 1000);
    const pair answer = block(value, n);
    if (answer.a != value.a + n || answer.b != value.b - n) atomic_fetch_add(&wrong, 1);
  }
}

void soak_run_mixed(mixed_function block, int64_t count, int64_t seed) {
  int64_t state = seed;
  for (int64_t i = 0; i < count; i++) {
    const double x = (double)next_number(&state) / 8;
    const int32_t n = (int32_t)next_number(&state);
    const float y = (float)(next_number(&state) % 4096) / 16;
    const int64_t m = next_number(&state) * 1000003;
    if (block(x, n, y, m) != x + n + (double)y + (double)m) atomic_fetch_add(&wrong, 1);
  }
}

void soak_sleep(int32_t microseconds) { usleep((useconds_t)microseconds); }

/* --- a pool of threads ----------------------------------------------------------------------- */

typedef struct job {
  binary block;
  int64_t count, seed, key, sum;
  int32_t mode;
  int done;
  struct job *next;
} job;

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t work, finished;
  job *first;
  int stopping, threads;
  pthread_t thread[16];
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER,
          .work = PTHREAD_COND_INITIALIZER,
          .finished = PTHREAD_COND_INITIALIZER};

static void run_job(job *each) {
  each->sum = soak_run(each->block, each->count, each->seed, each->key, each->mode);
  pthread_mutex_lock(&pool.mutex);
  each->done = 1;
  pthread_cond_broadcast(&pool.finished);
  pthread_mutex_unlock(&pool.mutex);
}

static void *pool_thread(void *unused) {
  (void)unused;
  pthread_mutex_lock(&pool.mutex);
  for (;;) {
    while (pool.first == NULL && !pool.stopping) pthread_cond_wait(&pool.work, &pool.mutex);
    if (pool.first == NULL) break;
    job *mine = pool.first;
    pool.first = mine->next;
    pthread_mutex_unlock(&pool.mutex);
    run_job(mine);
    pthread_mutex_lock(&pool.mutex);
  }
  pthread_mutex_unlock(&pool.mutex);
  return NULL;
}

int32_t pool_start(int32_t threads) {
  pool.stopping = 0;
  pool.threads = threads;
  for (int i = 0; i < threads; i++)
    if (pthread_create(&pool.thread[i], NULL, pool_thread, NULL) != 0) return -1;
  return threads;
}

void pool_stop(void) {
  pthread_mutex_lock(&pool.mutex);
  pool.stopping = 1;
  pthread_cond_broadcast(&pool.work);
  pthread_mutex_unlock(&pool.mutex);
  for (int i = 0; i < pool.threads; i++) pthread_join(pool.thread[i], NULL);
}

static job *new_job(binary block, int64_t count, int64_t seed, int64_t key, int32_t mode) {
  job *made = calloc(1, sizeof *made);
  if (made == NULL) abort();
  *made = (job){.block = block, .count = count, .seed = seed, .key = key, .mode = mode};
  return made;
}

void *pool_post(binary block, int64_t count, int64_t seed, int64_t key, int32_t mode) {
  job *made = new_job(block, count, seed, key, mode);
  pthread_mutex_lock(&pool.mutex);
  made->next = pool.first;
  pool.first = made;
  pthread_cond_signal(&pool.work);
  pthread_mutex_unlock(&pool.mutex);
  return made;
}

int32_t pool_is_done(void *handle) {
  pthread_mutex_lock(&pool.mutex);
  const int done = ((job *)handle)->done;
  pthread_mutex_unlock(&pool.mutex);
  return done;
}

/* Waits in C, frees the job, and answers its sum. */
int64_t pool_wait(void *handle) {
  job *waited = handle;
  pthread_mutex_lock(&pool.mutex);
  while (!waited->done) pthread_cond_wait(&pool.finished, &pool.mutex);
  pthread_mutex_unlock(&pool.mutex);
  const int64_t sum = waited->sum;
  free(waited);
  return sum;
}

/* --- a thread for one job -------------------------------------------------------------------- */

static void *single_thread(void *handle) {
  run_job(handle);
  return NULL;
}

int64_t soak_on_thread(binary block, int64_t count, int64_t seed, int64_t key, int32_t mode) {
  job *made = new_job(block, count, seed, key, mode);
  pthread_t thread;
  if (pthread_create(&thread, NULL, single_thread, made) != 0) abort();
  pthread_join(thread, NULL);
  const int64_t sum = made->sum;
  free(made);
  return sum;
}

/* As pool_post, on a thread that has nothing else to do. */
void *thread_post(binary block, int64_t count, int64_t seed, int64_t key, int32_t mode) {
  job *made = new_job(block, count, seed, key, mode);
  pthread_t thread;
  if (pthread_create(&thread, NULL, single_thread, made) != 0) abort();
  pthread_detach(thread);
  return made;
}

void soak_thread_that_ends(void *(*block)(void *)) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, block, NULL) != 0) abort();
  pthread_join(thread, NULL);
}
