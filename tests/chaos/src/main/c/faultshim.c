/*
 * Preloaded into a process under test (LD_PRELOAD): makes calls on files below a directory fail, wait or read wrong bits, as a
 * control file says, and gives outgoing loopback connections the process's own address so that a packet filter can tell who talks.
 *
 * FAULT_CTL  control file, looked at again at most every 20 ms. A line is a rule: PREFIX OP WHAT PROBABILITY
 *            PREFIX       absolute; end it with '/', or /d/disk1 is also /d/disk10
 *            OP           write (also create, truncate, allocate, rename, mkdir) | sync | read | all
 *            WHAT         EIO | ENOSPC | EROFS | flip (one bit of what was read) | sleepMs=N
 *            PROBABILITY  0 to 1
 * FAULT_BIND IPv4 address from which the process connects to 127.0.0.0/8
 *
 * While there are no rules a call costs one coarse clock read. What bypasses libc or goes through mmap isn't reached.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OP_WRITE = 1, OP_SYNC = 2, OP_READ = 4 };
enum { MAX_RULES = 64, LOOK_NANOS = 20000000 };

typedef struct { char prefix[512]; int ops; int error; int flip; long sleep_ms; double probability; } rule_t;
typedef struct { int count; rule_t rule[MAX_RULES]; } rules_t;

static _Atomic(rules_t *) rules; /* replaced whole; old ones are left, for a reader may still be in them */
static atomic_long looked_at;
static struct timespec seen_mtime;
static off_t seen_size = -1;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
static __thread uint64_t dice;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int parse(char *line, rule_t *r) {
    char op[16], what[32];
    memset(r, 0, sizeof *r);
    if (sscanf(line, "%511s %15s %31s %lf", r->prefix, op, what, &r->probability) != 4) return 0;
    r->ops = !strcmp(op, "write") ? OP_WRITE : !strcmp(op, "sync") ? OP_SYNC : !strcmp(op, "read") ? OP_READ
           : !strcmp(op, "all") ? OP_WRITE | OP_SYNC | OP_READ : 0;
    if (!strcmp(what, "EIO")) r->error = EIO;
    else if (!strcmp(what, "ENOSPC")) r->error = ENOSPC;
    else if (!strcmp(what, "EROFS")) r->error = EROFS;
    else if (!strcmp(what, "flip")) r->flip = 1;
    else if (!strncmp(what, "sleepMs=", 8)) r->sleep_ms = atol(what + 8);
    else return 0;
    return r->ops != 0;
}

/* Raw system calls throughout: the wrapped ones would come back here. */
static void load(const char *file) {
    struct stat st;
    if (stat(file, &st) != 0) return;
    if (st.st_size == seen_size && st.st_mtim.tv_sec == seen_mtime.tv_sec && st.st_mtim.tv_nsec == seen_mtime.tv_nsec) return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    char *text = calloc(1, 65536);
    rules_t *fresh = calloc(1, sizeof *fresh);
    long n = text ? syscall(SYS_read, fd, text, 65535) : -1;
    syscall(SYS_close, fd);
    if (n >= 0 && fresh) {
        char *next = text, *line;
        while ((line = strsep(&next, "\n")) && fresh->count < MAX_RULES)
            if (parse(line, &fresh->rule[fresh->count])) fresh->count++;
        seen_mtime = st.st_mtim;
        seen_size = st.st_size;
        atomic_store(&rules, fresh);
    }
    free(text);
}

static rules_t *current(void) {
    static const char *file;
    if (!file && !(file = getenv("FAULT_CTL"))) return NULL;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    long nanos = now.tv_sec * 1000000000L + now.tv_nsec;
    if (nanos - atomic_load(&looked_at) > LOOK_NANOS && pthread_mutex_trylock(&loading) == 0) {
        atomic_store(&looked_at, nanos);
        int saved = errno;
        load(file);
        errno = saved;
        pthread_mutex_unlock(&loading);
    }
    rules_t *all = atomic_load(&rules);
    return all && all->count ? all : NULL;
}

static uint64_t roll(void) { /* xorshift64* */
    if (!dice) dice = (uint64_t)(uintptr_t)&dice ^ ((uint64_t)time(NULL) << 20) ^ 0x9e3779b97f4a7c15u;
    dice ^= dice >> 12; dice ^= dice << 25; dice ^= dice >> 27;
    return dice * 0x2545f4914f6cdd1du;
}

/* 0, or -1 with errno set. Sets *flip when a bit of the result is to be wrong. */
static int judge(const rules_t *all, const char *path, int op, int *flip) {
    for (int i = 0; i < all->count; i++) {
        const rule_t *r = &all->rule[i];
        if (!(r->ops & op) || strncmp(path, r->prefix, strlen(r->prefix))) continue;
        if ((double)(roll() >> 11) / 9007199254740992.0 >= r->probability) continue;
        if (r->sleep_ms) {
            struct timespec t = {r->sleep_ms / 1000, r->sleep_ms % 1000 * 1000000};
            nanosleep(&t, NULL);
        }
        if (r->flip && flip) *flip = 1;
        if (r->error) { errno = r->error; return -1; }
    }
    return 0;
}

static int on_path(const char *path, int op) {
    rules_t *all = current();
    return all && path && path[0] == '/' ? judge(all, path, op, NULL) : 0;
}

static int on_fd(int fd, int op, int *flip) {
    rules_t *all = current();
    if (!all) return 0;
    char link[64], path[1024];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int saved = errno;
    long n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    errno = saved;
    if (n <= 0 || path[0] != '/') return 0;
    path[n] = 0;
    return judge(all, path, op, flip);
}

static void flip_bit(void *buffer, ssize_t n) {
    if (n > 0) { uint64_t r = roll(); ((unsigned char *)buffer)[r % (uint64_t)n] ^= (unsigned char)(1u << (r >> 40 & 7)); }
}

#define WRITES(name, params, fd, args) \
    ssize_t name params { REAL(name); if (on_fd(fd, OP_WRITE, NULL)) return -1; return real args; }
WRITES(write, (int fd, const void *b, size_t n), fd, (fd, b, n))
WRITES(pwrite, (int fd, const void *b, size_t n, off_t o), fd, (fd, b, n, o))
WRITES(pwrite64, (int fd, const void *b, size_t n, off64_t o), fd, (fd, b, n, o))
WRITES(writev, (int fd, const struct iovec *v, int n), fd, (fd, v, n))
WRITES(pwritev, (int fd, const struct iovec *v, int n, off_t o), fd, (fd, v, n, o))
WRITES(pwritev64, (int fd, const struct iovec *v, int n, off64_t o), fd, (fd, v, n, o))

#define READS(name, params, fd, args, buffer) \
    ssize_t name params { REAL(name); int flip = 0; if (on_fd(fd, OP_READ, &flip)) return -1; \
        ssize_t got = real args; if (flip) flip_bit(buffer, got); return got; }
READS(read, (int fd, void *b, size_t n), fd, (fd, b, n), b)
READS(pread, (int fd, void *b, size_t n, off_t o), fd, (fd, b, n, o), b)
READS(pread64, (int fd, void *b, size_t n, off64_t o), fd, (fd, b, n, o), b)
READS(readv, (int fd, const struct iovec *v, int n), fd, (fd, v, n), v[0].iov_base)

/* What sends a file away whole: fails like a read (its bits can't be flipped here). */
extern ssize_t sendfile(int, int, off_t *, size_t);
extern ssize_t sendfile64(int, int, off64_t *, size_t);
ssize_t sendfile(int out, int in, off_t *o, size_t n) { REAL(sendfile); return on_fd(in, OP_READ, NULL) ? -1 : real(out, in, o, n); }
ssize_t sendfile64(int out, int in, off64_t *o, size_t n) { REAL(sendfile64); return on_fd(in, OP_READ, NULL) ? -1 : real(out, in, o, n); }
ssize_t copy_file_range(int in, off64_t *io, int out, off64_t *oo, size_t n, unsigned f) {
    REAL(copy_file_range);
    return on_fd(in, OP_READ, NULL) || on_fd(out, OP_WRITE, NULL) ? -1 : real(in, io, out, oo, n, f);
}

#define CALLS(name, params, check, args) int name params { REAL(name); if (check) return -1; return real args; }
CALLS(fsync, (int fd), on_fd(fd, OP_SYNC, NULL), (fd))
CALLS(fdatasync, (int fd), on_fd(fd, OP_SYNC, NULL), (fd))
CALLS(sync_file_range, (int fd, off64_t o, off64_t n, unsigned f), on_fd(fd, OP_SYNC, NULL), (fd, o, n, f))
CALLS(ftruncate, (int fd, off_t n), on_fd(fd, OP_WRITE, NULL), (fd, n))
CALLS(ftruncate64, (int fd, off64_t n), on_fd(fd, OP_WRITE, NULL), (fd, n))
CALLS(fallocate, (int fd, int m, off_t o, off_t n), on_fd(fd, OP_WRITE, NULL), (fd, m, o, n))
CALLS(fallocate64, (int fd, int m, off64_t o, off64_t n), on_fd(fd, OP_WRITE, NULL), (fd, m, o, n))
CALLS(rename, (const char *a, const char *b), on_path(b, OP_WRITE), (a, b))
CALLS(mkdir, (const char *p, mode_t m), on_path(p, OP_WRITE), (p, m))

/* A dead disk's files can't be opened either; a full one's can, but none made. */
static int opening(const char *path, int flags) {
    int makes = flags & O_CREAT && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
    return on_path(path, makes ? OP_WRITE : OP_READ);
}
#define OPENS(name) \
    int name(const char *path, int flags, ...) { REAL(name); va_list v; va_start(v, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(v, mode_t) : 0; va_end(v); \
        return opening(path, flags) ? -1 : real(path, flags, mode); }
OPENS(open)
OPENS(open64)

int connect(int fd, const struct sockaddr *to, socklen_t length) {
    REAL(connect);
    const char *own = getenv("FAULT_BIND");
    struct in_addr address, target = {0};
    if (own && to && inet_pton(AF_INET, own, &address) == 1) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)to;
        if (to->sa_family == AF_INET) target = ((const struct sockaddr_in *)to)->sin_addr;
        else if (to->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) memcpy(&target, &six->sin6_addr.s6_addr[12], 4);
    }
    if (ntohl(target.s_addr) >> 24 == 127) {
        int saved = errno, yes = 1;
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
        if (to->sa_family == AF_INET) {
            struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = address};
            bind(fd, (struct sockaddr *)&from, sizeof from); /* fails, and does no harm, where the socket is bound */
        } else {
            struct sockaddr_in6 from = {.sin6_family = AF_INET6};
            from.sin6_addr.s6_addr[10] = from.sin6_addr.s6_addr[11] = 0xff;
            memcpy(&from.sin6_addr.s6_addr[12], &address, 4);
            bind(fd, (struct sockaddr *)&from, sizeof from);
        }
        errno = saved;
    }
    return real(fd, to, length);
}
