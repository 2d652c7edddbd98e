// SPDX-License-Identifier: Apache-2.0
//
// The deadline: a timer for each thread whose signal goes to that very thread, where lua_sethook is allowed.
//
// The timer stays armed between calls, and the handler moves it on while the running call has time left. So a call
// usually costs no system call.
//
// The timer runs by the monotonic clock, but what counts is the thread's own time: a call that was merely not running,
// because others had the processor, goes on. Asking for the own time is a system call, so it is read every 2 ms at most
// and not for every call; a call may thereby get up to 2 ms more than its due.

#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define CLOCK_SIGNAL (SIGRTMIN + 6)
#define READING_LIFE 2000000
/// However little of its own time it got, a call ends after this many times its time, and a moment.
#define WALL_PATIENCE 8
#define WALL_MOMENT 100000000

typedef struct thread_clock {
    timer_t timer;
    /// When the timer fires next, 0 if it does not.
    volatile int64_t armed;
    clock_frame *volatile top;
    /// The thread's own time, and when it was read.
    volatile int64_t own_time, read_at;
    struct thread_clock *next;
} thread_clock;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_exit;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/// Clocks of threads that ended. Never freed: a last signal may still carry the pointer.
static thread_clock *spare;
static _Thread_local thread_clock *own;
static _Thread_local bool has_none;

int64_t clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t own_time_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void arm(thread_clock *c, int64_t at) {
    struct itimerspec when = {.it_value = {.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000}};
    c->armed = at;
    timer_settime(c->timer, TIMER_ABSTIME, &when, NULL);
}

/// How much longer the call may run, by its own time; 0 if it is over.
static int64_t time_left(thread_clock *c, clock_frame *frame, int64_t now) {
    int64_t allowed = frame->deadline - frame->began;
    if (now - frame->began > WALL_PATIENCE * allowed + WALL_MOMENT) return 0;
    int64_t own = own_time_now();
    if (frame->own_began < 0) {
        // The time between the reading and the call's begin may have been spent by others before it.
        int64_t used = own - c->own_time - (frame->began > c->read_at ? frame->began - c->read_at : 0);
        frame->own_began = own - (used > 0 ? used : 0);
    }
    int64_t left = allowed - (own - frame->own_began);
    return left > 0 ? left + 50000 : 0;
}

/// Runs on the thread that runs the script: nothing here may allocate, lock or raise.
static void on_signal(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    thread_clock *c = info->si_value.sival_ptr;
    if (info->si_code != SI_TIMER || !c) return;
    int error = errno;
    clock_frame *frame = c->top;
    if (!frame) {
        c->armed = 0;
    } else {
        int64_t now = clock_now();
        int64_t left = now < frame->deadline ? frame->deadline - now : time_left(c, frame, now);
        if (left > 0) {
            arm(c, now + left);
        } else {
            clua_state *s = frame->state;
            lua_State *L = s->current;
            s->stop = CLUA_DEADLINE;
            if (L) request_service(L);
            // Again in a moment: another coroutine, or another hook, may have been about to take over.
            arm(c, now + 1000000);
        }
    }
    errno = error;
}

static void thread_ends(void *value) {
    thread_clock *c = value;
    c->top = NULL;
    timer_delete(c->timer);
    pthread_mutex_lock(&lock);
    c->next = spare;
    spare = c;
    pthread_mutex_unlock(&lock);
}

static void prepare(void) {
    struct sigaction action = {0};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(CLOCK_SIGNAL, &action, NULL);
    pthread_key_create(&at_exit, thread_ends);
}

static thread_clock *thread_clock_of_this(void) {
    if (own || has_none) return own;
    pthread_once(&once, prepare);
    pthread_mutex_lock(&lock);
    thread_clock *c = spare;
    if (c) spare = c->next;
    pthread_mutex_unlock(&lock);
    if (!c && !(c = calloc(1, sizeof *c))) return NULL;
    c->armed = c->read_at = 0;
    c->top = NULL;
    struct sigevent event = {0};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = CLOCK_SIGNAL;
    event.sigev_value.sival_ptr = c;
    event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
    if (timer_create(CLOCK_MONOTONIC, &event, &c->timer) != 0) {
        has_none = true;
        pthread_mutex_lock(&lock);
        c->next = spare;
        spare = c;
        pthread_mutex_unlock(&lock);
        return NULL;
    }
    // Dispatch's workers block all signals.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, CLOCK_SIGNAL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    pthread_setspecific(at_exit, c);
    return own = c;
}

bool clock_push(clock_frame *frame) {
    thread_clock *c = thread_clock_of_this();
    if (!c) return false;
    frame->own_began = -1;
    if (frame->began - c->read_at > READING_LIFE) {
        c->own_time = own_time_now();
        c->read_at = frame->began;
    }
    frame->outer = c->top;
    if (frame->outer && frame->outer->deadline < frame->deadline) frame->deadline = frame->outer->deadline;
    atomic_signal_fence(memory_order_seq_cst);
    // From here on the handler knows this call: whatever it re-arms, it re-arms for us.
    c->top = frame;
    atomic_signal_fence(memory_order_seq_cst);
    int64_t armed = c->armed;
    if (armed == 0 || armed > frame->deadline) arm(c, frame->deadline);
    return true;
}

void clock_pop(clock_frame *frame) {
    if (own && own->top == frame) own->top = frame->outer;
    atomic_signal_fence(memory_order_seq_cst);
}
