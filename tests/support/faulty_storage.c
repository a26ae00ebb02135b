/* Storage that fails, and a clock that is wrong: preloaded under a real venue (LD_PRELOAD), see faulty_storage.py.

   The fault model:
   - Operations on files whose path contains FAULTY_FILES are counted: write, sync, truncate, in the order they come.
   - The operation the test asks for fails with the errno it asks for; those behind it succeed (once) or fail (for
     ever). A start or a run with N = 1, 2, 3 … so meets every moment at which the disk can give up.
   - A write that fails has written the first half of what it was given: torn, as after a full disk or a bad block.
   - A sync that fails has synced nothing. What was written stays readable, as from the page cache, and a later sync
     succeeds without it having reached the disk: Linux reports a lost page once (fsync(2)).
   - Reads never fail, and nothing that a sync has confirmed is ever taken back.
   - The system's real-time clock is off by so many nanoseconds; the monotonic clock is not. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {            /* shared with the test, which writes it at any time */
    volatile int64_t countdown; /* operations until one fails: 1 the next, 0 none does */
    volatile int64_t for_ever;
    volatile int64_t error;
    volatile int64_t failed; /* how many have */
    volatile int64_t clock_off_ns;
};

static struct control *control;
static const char *files;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTY_STORAGE");
    files = getenv("FAULTY_FILES");
    int descriptor = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (descriptor < 0)
        return;
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (shared != MAP_FAILED)
        control = shared;
}

static int is_one_of_ours(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return files && strstr(path, files) != NULL;
}

/* The errno this operation fails with, 0: it does not. */
static int failure(int descriptor) {
    if (!control || !control->countdown || !is_one_of_ours(descriptor))
        return 0;
    if (control->countdown > 1) {
        control->countdown--;
        return 0;
    }
    if (!control->for_ever)
        control->countdown = 0;
    control->failed++;
    return (int)control->error;
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

static ssize_t faulty_pwrite(const char *name, int descriptor, const void *octets, size_t count, off64_t offset) {
    typedef ssize_t (*real)(int, const void *, size_t, off64_t);
    int error = failure(descriptor);
    ssize_t written = REAL(name, real)(descriptor, octets, error ? count / 2 : count, offset);
    if (!error)
        return written;
    errno = error;
    return -1;
}

ssize_t pwrite(int descriptor, const void *octets, size_t count, off_t offset) {
    return faulty_pwrite("pwrite", descriptor, octets, count, offset);
}

ssize_t pwrite64(int descriptor, const void *octets, size_t count, off64_t offset) {
    return faulty_pwrite("pwrite64", descriptor, octets, count, offset);
}

ssize_t write(int descriptor, const void *octets, size_t count) {
    typedef ssize_t (*real)(int, const void *, size_t);
    int error = failure(descriptor);
    ssize_t written = REAL("write", real)(descriptor, octets, error ? count / 2 : count);
    if (!error)
        return written;
    errno = error;
    return -1;
}

#define FAULTY(name, parameters, arguments)                                                                            \
    int name parameters {                                                                                              \
        int error = failure(descriptor);                                                                               \
        if (!error)                                                                                                    \
            return REAL(#name, int (*) parameters)arguments;                                                           \
        errno = error;                                                                                                 \
        return -1;                                                                                                     \
    }

FAULTY(fsync, (int descriptor), (descriptor))
FAULTY(fdatasync, (int descriptor), (descriptor))
FAULTY(ftruncate, (int descriptor, off_t length), (descriptor, length))
FAULTY(ftruncate64, (int descriptor, off64_t length), (descriptor, length))

static void put_off(int64_t *seconds, int64_t *nanoseconds) {
    int64_t time_ns = *seconds * 1000000000 + *nanoseconds + (control ? control->clock_off_ns : 0);
    *seconds = time_ns / 1000000000;
    *nanoseconds = time_ns % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    typedef int (*real)(clockid_t, struct timespec *);
    int result = REAL("clock_gettime", real)(clock, now);
    if (clock == CLOCK_REALTIME && result == 0) {
        int64_t seconds = now->tv_sec, nanoseconds = now->tv_nsec;
        put_off(&seconds, &nanoseconds);
        now->tv_sec = seconds;
        now->tv_nsec = nanoseconds;
    }
    return result;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return result;
}

time_t time(time_t *result) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (result)
        *result = exact.tv_sec;
    return exact.tv_sec;
}
