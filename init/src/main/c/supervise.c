#include "supervise.h"

#include "attach.h"
#include "events.h"
#include "launch.h"
#include "outputs.h"
#include "start.h"
#include "tree.h"
#include "usage.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static void open_gate(struct child *child)
{
    gate_open(child->pid);
    start_told(child);
}

static bool request_spawn(struct reader *body)
{
    bool sound = closing ? start_refused(body) : start_request(body);
    if (children_alive() > 0)
        childless = false;
    return sound;
}

static bool request_input(struct reader *body)
{
    uint64_t token = get_u64(body);
    uint64_t offset = get_u64(body);
    bool last = get_u8(body) != 0;
    uint32_t length = get_u32(body);
    uint8_t *bytes = get_bytes(body, length);
    if (!reader_done(body))
        return false;
    struct child *child = child_of_token(token);
    if (child == NULL || child->attachment == NULL)
        tell_taken(token, offset, true);
    else
        attach_feed(child->attachment, offset, bytes, length, last);
    return true;
}

static bool request_resize(struct reader *body)
{
    struct child *child = child_of_token(get_u64(body));
    uint16_t rows = get_u16(body);
    uint16_t columns = get_u16(body);
    if (reader_done(body) && child != NULL && child->attachment != NULL)
        attach_resize(child->attachment, rows, columns);
    return reader_done(body);
}

static void measure(struct child *child)
{
    if (child->state != CHILD_RUNNING)
        return;
    child->told = usage_of(child);
    tell_usage(child->token, &child->told);
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
        tree_signal(child, signal);
    else
        kill(child->pid, signal);
    return true;
}

/* Of those that are named, or of all that have done something since it was told last. */
static bool request_measure(struct reader *body)
{
    if (reader_done(&(struct reader){.at = body->at + 4, .end = body->end}))
        usage_tell_changes();
    if (!request_each(body, measure))
        return false;
    tell_measured();
    return true;
}

static bool request_discard(struct reader *body)
{
    char **names = get_strings(body);
    bool sound = reader_done(body);
    for (char **name = names; sound && *name != NULL; name++)
        output_discard(*name);
    free(names);
    return sound;
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
    case REQUEST_INPUT:
        return request_input(body);
    case REQUEST_RESIZE:
        return request_resize(body);
    case REQUEST_MEASURE:
        return request_measure(body);
    case REQUEST_DISCARD:
        return request_discard(body);
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
        .out_of_memory = cgroup_out_of_memory(child->token, &child->cgroup),
    };
    uint64_t counted = cgroup_cpu_micros(child->token, &child->cgroup);
    if (counted > ending.cpu_micros)
        ending.cpu_micros = counted;
    attach_end(child->attachment);
    child->attachment = NULL;
    output_bound(child);
    cgroup_discard(child->token, &child->cgroup);
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
        if (next.si_pid == 0) {
            cgroup_discard_rest();
            return;
        }
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

void supervise_look(void)
{
    cgroup_discard_rest();
    if (usage_has_moved())
        outputs_bound();
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
