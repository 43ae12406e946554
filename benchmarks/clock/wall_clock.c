/* An offset of seconds in, a wall clock that is off by it out: preloaded into a process, it jumps as a clock does that is set.

   cc -shared -fPIC -O2 -o wall_clock.so wall_clock.c
   WALL_CLOCK=FILE LD_PRELOAD=./wall_clock.so COMMAND

   FILE holds two 64-bit integers in the machine's order: the offset, which may be changed at any moment, and a count. It is
   mapped, so that a reading needs no lock and no system call beside the clock's own: a process that is killed while it reads
   leaves nothing behind for others to wait for. Only readings of the wall clock (CLOCK_REALTIME) are shifted; CLOCK_MONOTONIC,
   sleeps, polls and timed waits are the system's own. A wait until a moment of the wall clock would go wrong where somebody
   sets that clock: it is let through, and counted. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t nowhere[2];
static volatile int64_t *shared = nowhere; /* offset in seconds; waits by the wall clock */

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("WALL_CLOCK");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *mapped = mmap(NULL, sizeof nowhere, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED)
        shared = mapped;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += shared[0];
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *seconds)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (seconds)
        *seconds = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *now, int base)
{
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, now) ? base : 0;
}

static void count(void)
{
    __atomic_add_fetch(&shared[1], 1, __ATOMIC_RELAXED);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until)
{
    static int (*next)(sem_t *, const struct timespec *);
    if (!next)
        next = dlsym(RTLD_NEXT, "sem_timedwait");
    count();
    return next(semaphore, until);
}

int sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict until)
{
    static int (*next)(sem_t *, clockid_t, const struct timespec *);
    if (!next)
        next = dlsym(RTLD_NEXT, "sem_clockwait");
    if (clock == CLOCK_REALTIME)
        count();
    return next(semaphore, clock, until);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*next)(pthread_mutex_t *, const struct timespec *);
    if (!next)
        next = dlsym(RTLD_NEXT, "pthread_mutex_timedlock");
    count();
    return next(mutex, until);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *rest)
{
    static int (*next)(clockid_t, int, const struct timespec *, struct timespec *);
    if (!next)
        next = dlsym(RTLD_NEXT, "clock_nanosleep");
    if (clock == CLOCK_REALTIME && flags & TIMER_ABSTIME)
        count();
    return next(clock, flags, wanted, rest);
}
