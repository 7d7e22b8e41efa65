/* The library in a process that forks, cancels threads and handles signals.
 *
 * The argument is the number of forks of each kind. */

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tally.h>

#include "check.h"

enum { LEN = 3 << 20, THREADS = 3, SECONDS = 30 };

/* Lines of ten bytes with one hit each. */
static char *data;

static void make_data(void) {
    data = malloc(LEN);
    if (data == NULL) {
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < LEN; i++) {
        data[i] = i % 10 == 9 ? '\n' : i % 10 == 3 ? ';' : 'x';
    }
}

enum { HITS = (LEN + 6) / 10 };

/* Whether a new counter answers right, on several threads. */
static bool is_right(void) {
    tally_counter *counter;
    uint64_t count, threads_count;
    if (tally_counter_new(';', 2, TALLY_RESET_NEWLINES, &counter) != TALLY_OK) {
        return false;
    }
    const bool is_right =
        tally_counter_count(counter, data, LEN, &count) == TALLY_OK && count == HITS &&
        tally_counter_count_threads(counter, data, LEN, THREADS, &threads_count) == TALLY_OK &&
        threads_count == HITS;
    tally_counter_free(counter);
    return is_right;
}

/* How many children hung, and how many ended in another way than by exit status 0. */
static unsigned long hangs, faults;

static void wait_for(pid_t child) {
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        faults++;
    } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        hangs++;
    } else if (status != 0) {
        faults++;
    }
}

/* Forks, while another thread uses the library, a child that uses it too. */
static void fork_child(void) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS);
        _exit(!is_right());
    }
    wait_for(child);
}

/* The instruction set is chosen when the library is loaded, whatever the environment is later. */
static void change_environment(void) {
    char before[20];
    /* The child has not called the library. Where there is nothing but portable code, nothing is
     * checked. */
    int ends[2];
    CHECK(pipe(ends) == 0, "pipe");
    const pid_t child = fork();
    if (child == 0) {
        const char *name = tally_backend();
        _exit(write(ends[1], name, strlen(name) + 1) < 0);
    }
    wait_for(child);
    CHECK(read(ends[0], before, sizeof before) > 0, "read");
    close(ends[0]);
    close(ends[1]);
    CHECK(setenv("TALLY_BACKEND", "portable", 1) == 0, "setenv");
    CHECK(strcmp(tally_backend(), before) == 0, "the environment changed");
    CHECK(unsetenv("TALLY_BACKEND") == 0, "unsetenv");
}

static int started;

static void *first_call(void *unused) {
    __atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
    tally_backend();
    return unused;
}

/* The library has not been used in this process. */
static void fork_during_first_calls(unsigned long forks) {
    for (unsigned long i = 0; i < forks; i++) {
        const pid_t process = fork();
        if (process == 0) {
            pthread_t thread;
            hangs = faults = 0;
            if (pthread_create(&thread, NULL, first_call, NULL) != 0) {
                _exit(2);
            }
            while (!__atomic_load_n(&started, __ATOMIC_SEQ_CST)) {
            }
            /* The call takes some microseconds. */
            for (volatile unsigned long pause = i * 13 % 2000; pause > 0; pause--) {
            }
            fork_child();
            _exit(hangs > 0 ? 3 : faults > 0);
        }
        int status;
        if (process < 0 || waitpid(process, &status, 0) != process) {
            faults++;
        } else if (WIFEXITED(status) && WEXITSTATUS(status) == 3) {
            hangs++;
        } else if (status != 0) {
            faults++;
        }
    }
}

static bool ended;

static void *call_again_and_again(void *wrong) {
    bool *any = wrong;
    while (!__atomic_load_n(&ended, __ATOMIC_SEQ_CST)) {
        *any |= !is_right();
    }
    return NULL;
}

static void fork_during_threaded_calls(unsigned long forks) {
    pthread_t thread;
    bool wrong = false;
    CHECK(pthread_create(&thread, NULL, call_again_and_again, &wrong) == 0, "pthread_create");
    for (unsigned long i = 0; i < forks; i++) {
        fork_child();
    }
    __atomic_store_n(&ended, true, __ATOMIC_SEQ_CST);
    CHECK(pthread_join(thread, NULL) == 0 && !wrong, "the parent's calls");
}

/* A stream and a summary that wait for a pipe when the process forks. */
struct reader {
    tally_stream *stream;
    tally_summary *summary;
    int stream_pipe[2], summary_pipe[2];
};

static void *feed_stream(void *argument) {
    struct reader *reader = argument;
    bool matched;
    CHECK(tally_stream_feed_fd(reader->stream, reader->stream_pipe[0], NULL, &matched) == TALLY_OK,
          "stream");
    CHECK(matched, "stream");
    return NULL;
}

static void *feed_summary(void *argument) {
    struct reader *reader = argument;
    CHECK(tally_summary_feed_fd(reader->summary, reader->summary_pipe[0], NULL) == TALLY_OK,
          "summary");
    return NULL;
}

static void wait_until_in_use(struct reader *reader) {
    bool matched;
    tally_totals totals;
    while (tally_stream_match(reader->stream, NULL, &matched) != TALLY_ERROR_IN_USE) {
        usleep(1000);
    }
    while (tally_summary_totals(reader->summary, &totals) != TALLY_ERROR_IN_USE) {
        usleep(1000);
    }
}

static void fork_while_in_use(void) {
    tally_counter *counter;
    struct reader reader;
    pthread_t threads[2];
    tally_totals totals;
    CHECK(tally_counter_new(';', 2, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "in use");
    CHECK(tally_stream_new(counter, &reader.stream) == TALLY_OK, "in use");
    CHECK(tally_summary_new(counter, &reader.summary) == TALLY_OK, "in use");
    CHECK(pipe(reader.stream_pipe) == 0 && pipe(reader.summary_pipe) == 0, "pipe");
    CHECK(pthread_create(&threads[0], NULL, feed_stream, &reader) == 0, "pthread_create");
    CHECK(pthread_create(&threads[1], NULL, feed_summary, &reader) == 0, "pthread_create");
    wait_until_in_use(&reader);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        /* They stay in use for ever, and freeing them does nothing. The counter is not theirs. */
        bool matched;
        alarm(SECONDS);
        checks = failures = 0;
        CHECK(tally_stream_reset(reader.stream) == TALLY_ERROR_IN_USE, "the child");
        CHECK(tally_stream_feed(reader.stream, ";", 1, &matched) == TALLY_ERROR_IN_USE, "child");
        CHECK(tally_summary_feed(reader.summary, ";", 1) == TALLY_ERROR_IN_USE, "the child");
        tally_stream_free(reader.stream);
        tally_summary_free(reader.summary);
        CHECK(tally_summary_new(counter, &reader.summary) == TALLY_OK, "the child");
        CHECK(tally_summary_feed(reader.summary, ";", 1) == TALLY_OK, "the child");
        tally_summary_free(reader.summary);
        tally_counter_free(counter);
        CHECK(is_right(), "the child");
        fflush(NULL);
        _exit(failures > 0);
    }
    wait_for(child);
    CHECK(write(reader.stream_pipe[1], "x;;", 3) == 3, "write");
    CHECK(write(reader.summary_pipe[1], "x;;", 3) == 3, "write");
    close(reader.stream_pipe[1]);
    close(reader.summary_pipe[1]);
    CHECK(pthread_join(threads[0], NULL) == 0 && pthread_join(threads[1], NULL) == 0, "join");
    CHECK(tally_summary_totals(reader.summary, &totals) == TALLY_OK, "totals");
    CHECK(totals.bytes == 3 && totals.count == 2, "totals");
    close(reader.stream_pipe[0]);
    close(reader.summary_pipe[0]);
    tally_stream_free(reader.stream);
    tally_summary_free(reader.summary);
    tally_counter_free(counter);
}

/* Cancellation */

static void *feed_and_end(void *argument) {
    feed_summary(argument);
    /* Here the request is granted. */
    pthread_testcancel();
    return NULL;
}

static void *call_for_ever(void *wrong) {
    bool *any = wrong;
    while (!*any) {
        *any = !is_right();
        pthread_testcancel();
    }
    return NULL;
}

/* A thread that is cancelled completes its call. */
static void cancel_threads(void) {
    tally_counter *counter;
    struct reader reader;
    pthread_t thread;
    tally_totals totals;
    void *result;
    CHECK(tally_counter_new(';', 2, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "cancel");
    CHECK(tally_summary_new(counter, &reader.summary) == TALLY_OK, "cancel");
    CHECK(pipe(reader.summary_pipe) == 0, "pipe");
    CHECK(pthread_create(&thread, NULL, feed_and_end, &reader) == 0, "pthread_create");
    while (tally_summary_totals(reader.summary, &totals) != TALLY_ERROR_IN_USE) {
        usleep(1000);
    }
    CHECK(pthread_cancel(thread) == 0, "pthread_cancel");
    usleep(10000);
    CHECK(write(reader.summary_pipe[1], "x;;", 3) == 3, "write");
    close(reader.summary_pipe[1]);
    CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED, "cancel");
    CHECK(tally_summary_totals(reader.summary, &totals) == TALLY_OK, "totals");
    CHECK(totals.bytes == 3 && totals.count == 2, "totals");
    close(reader.summary_pipe[0]);
    tally_summary_free(reader.summary);
    tally_counter_free(counter);
    for (useconds_t pause = 0; pause < 100; pause++) {
        bool wrong = false;
        CHECK(pthread_create(&thread, NULL, call_for_ever, &wrong) == 0, "pthread_create");
        usleep(100 * pause);
        CHECK(pthread_cancel(thread) == 0, "pthread_cancel");
        CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED, "cancel");
        CHECK(!wrong, "cancel");
    }
}

/* Signals */

static volatile sig_atomic_t own_signals, other_signals;

static bool is_own_thread(void) {
    return syscall(SYS_gettid) == getpid();
}

static void on_alarm(int signal) {
    (void)signal;
    if (is_own_thread()) {
        own_signals++;
    } else {
        other_signals++;
    }
}

/* A thousand signals a second during calls on several threads: none is handled on the library's. */
static void handle_signals(void) {
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART}, before;
    struct itimerval each = {{0, 1000}, {0, 1000}}, none = {{0, 0}, {0, 0}};
    CHECK(sigaction(SIGALRM, &action, &before) == 0, "sigaction");
    CHECK(setitimer(ITIMER_REAL, &each, NULL) == 0, "setitimer");
    unsigned long calls = 0, wrong = 0;
    while (own_signals + other_signals < 1000) {
        wrong += !is_right();
        calls++;
    }
    CHECK(setitimer(ITIMER_REAL, &none, NULL) == 0, "setitimer");
    CHECK(sigaction(SIGALRM, &before, NULL) == 0, "sigaction");
    CHECK(wrong == 0, "answers between signals");
    CHECK(other_signals == 0, "signals on the library's threads");
    printf("%lu calls, %d signals, %d of them on the library's threads\n", calls,
           (int)(own_signals + other_signals), (int)other_signals);
}

static char *hidden;
static size_t page;
static volatile sig_atomic_t other_faults;

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    char *at = hidden + ((char *)info->si_addr - hidden) / (ptrdiff_t)page * (ptrdiff_t)page;
    if (!is_own_thread()) {
        other_faults++;
    }
    if (mprotect(at, page, PROT_READ | PROT_WRITE) != 0) {
        _exit(4);
    }
}

/* Signals that say that an instruction failed reach their handler on every thread: here it makes
 * memory readable when it is first read. */
static void handle_faults(void) {
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO}, before;
    tally_counter *counter;
    uint64_t count;
    page = (size_t)sysconf(_SC_PAGESIZE);
    hidden = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(hidden != MAP_FAILED, "mmap");
    memcpy(hidden, data, LEN);
    CHECK(tally_counter_new(';', 2, TALLY_RESET_NEWLINES, &counter) == TALLY_OK, "faults");
    CHECK(sigaction(SIGSEGV, &action, &before) == 0, "sigaction");
    for (int round = 0; round < 1000 && other_faults == 0; round++) {
        CHECK(mprotect(hidden, LEN, PROT_NONE) == 0, "mprotect");
        CHECK(tally_counter_count_threads(counter, hidden, LEN, THREADS, &count) == TALLY_OK,
              "faults");
        CHECK(count == HITS, "faults");
    }
    CHECK(other_faults > 0, "faults on the library's threads");
    CHECK(sigaction(SIGSEGV, &before, NULL) == 0, "sigaction");
    munmap(hidden, LEN);
    tally_counter_free(counter);
}

int main(int argc, char **argv) {
    const unsigned long forks = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
    make_data();
    fork_during_first_calls(forks);
    printf("%lu forks during first calls: %lu hangs, %lu faults\n", forks, hangs, faults);
    change_environment();
    fork_during_threaded_calls(forks);
    fork_while_in_use();
    printf("%lu forks during threaded calls: %lu hangs, %lu faults, the above included\n", forks,
           hangs, faults);
    CHECK(hangs == 0 && faults == 0, "forks");
    cancel_threads();
    handle_signals();
    handle_faults();
    free(data);
    return report("processes");
}
