#include "supervise.h"

#include "events.h"
#include "launch.h"
#include "tree.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { CLOSING_LOOK_MILLIS = 50 };

static bool childless = true;
static bool closing;
static uint64_t kill_at_micros;

static uint64_t micros(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void run(struct child *child)
{
    child->state = CHILD_RUNNING;
    child->started_micros = micros(CLOCK_REALTIME);
    tell_change(child);
}

static void open_gate(struct child *child)
{
    gate_open(child->pid);
    run(child);
}

static void start(uint64_t token, const struct launch *launching)
{
    struct child *known = child_of_token(token);
    if (known != NULL) {
        /* An agent that lost its connection asks again rather than guess. */
        tell_standing(known);
        return;
    }
    struct launch_failure failure = {.stage = STAGE_CLOSING, .error = ESHUTDOWN};
    pid_t pid = closing ? -1 : launch(launching, &failure);
    if (pid < 0) {
        tell_failed(token, failure);
        return;
    }
    childless = false;
    struct child *child = child_add(token, pid, CHILD_NEARING_GATE);
    if (!launching->gated)
        run(child);
}

static bool request_spawn(struct reader *body)
{
    uint64_t token = get_u64(body);
    uint8_t flags = get_u8(body);
    struct launch launching = {.gated = flags & SPAWN_GATED, .has_identity = flags & SPAWN_IDENTITY};
    launching.argv = get_strings(body);
    launching.env = get_strings(body);
    launching.directory = get_string(body);
    launching.out = get_string(body);
    launching.err = get_string(body);
    if (launching.has_identity) {
        launching.uid = get_u32(body);
        launching.gid = get_u32(body);
    }
    bool sound = reader_done(body) && (flags & ~SPAWN_FLAGS_ALL) == 0 && launching.argv[0] != NULL;
    if (sound)
        start(token, &launching);
    free(launching.argv);
    free(launching.env);
    return sound;
}

static void release(struct child *child)
{
    if (child->state == CHILD_NEARING_GATE)
        child->release_wanted = true;
    else if (child->state == CHILD_GATED)
        open_gate(child);
}

static void abort_gated(struct child *child)
{
    if (child->state != CHILD_GATED && child->state != CHILD_NEARING_GATE)
        return;
    child->aborted = true;
    kill(child->pid, SIGKILL);
}

static void acknowledge(struct child *child)
{
    if (child->state == CHILD_ENDED)
        child_forget(child);
}

/* Tokens that are not known (any more) are passed over: the agent may be behind. */
static bool request_each(struct reader *body, void (*act)(struct child *child))
{
    uint32_t count = get_count(body, sizeof(uint64_t));
    for (uint32_t i = 0; i < count; i++) {
        struct child *child = child_of_token(get_u64(body));
        if (child != NULL)
            act(child);
    }
    return reader_done(body);
}

static bool request_signal(struct reader *body)
{
    struct child *child = child_of_token(get_u64(body));
    int signal = get_u8(body);
    enum signal_scope scope = get_u8(body);
    if (!reader_done(body) || signal < 1 || signal > SIGRTMAX || scope > SCOPE_TREE)
        return false;
    if (child == NULL || child->state == CHILD_ENDED)
        return true;
    if (scope == SCOPE_TREE)
        tree_signal(child->pid, signal);
    else
        kill(child->pid, signal);
    return true;
}

static bool request_list(struct reader *body)
{
    channel_subscribe();
    children_each(tell_standing);
    tell_listed();
    return reader_done(body);
}

static bool request_shutdown(struct reader *body)
{
    uint32_t grace_millis = get_u32(body);
    if (!reader_done(body))
        return false;
    supervise_close(grace_millis);
    return true;
}

bool supervise_request(enum request_type type, struct reader *body)
{
    switch (type) {
    case REQUEST_SPAWN:
        return request_spawn(body);
    case REQUEST_RELEASE:
        return request_each(body, release);
    case REQUEST_ABORT:
        return request_each(body, abort_gated);
    case REQUEST_SIGNAL:
        return request_signal(body);
    case REQUEST_LIST:
        return request_list(body);
    case REQUEST_ACK:
        return request_each(body, acknowledge);
    case REQUEST_SHUTDOWN:
        return request_shutdown(body);
    }
    return false;
}

static uint64_t time_micros(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

static void ended(struct child *child, int status, const struct rusage *usage)
{
    struct ending ending = {
        .kind = WIFEXITED(status) ? ENDED_CODE : child->aborted ? ENDED_ABORTED : ENDED_SIGNAL,
        .number = (uint32_t)(WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)),
        .when_micros = micros(CLOCK_REALTIME),
        .cpu_micros = time_micros(usage->ru_utime) + time_micros(usage->ru_stime),
        .rss_bytes_max = (uint64_t)usage->ru_maxrss * 1024,
    };
    child_end(child, &ending);
    tell_change(child);
}

static void reached_gate(struct child *child)
{
    gate_hold(child->pid);
    if (child->release_wanted) {
        open_gate(child);
        return;
    }
    child->state = CHILD_GATED;
    tell_change(child);
}

/*
 * The status is taken at once and kept in memory until the agent has it. A zombie kept instead
 * (WNOWAIT) would live no longer, both end with the init, but would hold a pid and hide those
 * that ended after it. The look before the wait is for the rest of the tree: as long as its
 * leader is a zombie, the group's number can't have become another's.
 */
void supervise_reap(void)
{
    for (;;) {
        siginfo_t next = {0};
        if (waitid(P_ALL, 0, &next, WEXITED | WNOHANG | WNOWAIT) != 0)
            childless = errno == ECHILD;
        if (next.si_pid == 0)
            return;
        struct child *child = child_of_pid(next.si_pid);
        if (child != NULL && next.si_code != CLD_TRAPPED)
            kill(-next.si_pid, SIGKILL);
        int status;
        struct rusage usage;
        if (wait4(next.si_pid, &status, WNOHANG, &usage) <= 0 || child == NULL)
            continue;
        if (!WIFSTOPPED(status))
            ended(child, status, &usage);
        else if (child->state == CHILD_NEARING_GATE)
            reached_gate(child);
    }
}

bool supervise_childless(void)
{
    return childless;
}

void supervise_close(uint32_t grace_millis)
{
    uint64_t kill_at = micros(CLOCK_MONOTONIC) + (uint64_t)grace_millis * 1000;
    if (closing && kill_at >= kill_at_micros)
        return;
    kill_at_micros = kill_at;
    if (!closing)
        tree_signal_all(SIGTERM);
    closing = true;
    children_each(abort_gated);
}

bool supervise_closing(void)
{
    return closing;
}

int supervise_close_on(void)
{
    uint64_t now = micros(CLOCK_MONOTONIC);
    if (now < kill_at_micros)
        return (int)((kill_at_micros - now) / 1000 + 1);
    tree_signal_all(SIGKILL);
    return CLOSING_LOOK_MILLIS;
}
