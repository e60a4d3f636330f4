#include "events.h"

#include "channel.h"

void tell_hello(pid_t init_pid, enum isolation isolation)
{
    struct buffer *body = event_begin(EVENT_HELLO);
    put_u32(body, (uint32_t)init_pid);
    put_u8(body, isolation);
    event_end();
}

static void tell_gated(const struct child *child)
{
    struct buffer *body = event_begin(EVENT_GATED);
    put_u64(body, child->token);
    put_u32(body, (uint32_t)child->pid);
    event_end();
}

static void tell_started(const struct child *child)
{
    struct buffer *body = event_begin(EVENT_STARTED);
    put_u64(body, child->token);
    put_u32(body, (uint32_t)child->pid);
    put_u64(body, child->started_micros);
    event_end();
}

static void tell_exited(const struct child *child)
{
    struct buffer *body = event_begin(EVENT_EXITED);
    put_u64(body, child->token);
    put_u8(body, child->ending.kind);
    put_u32(body, child->ending.number);
    put_u64(body, child->ending.when_micros);
    put_u64(body, child->ending.cpu_micros);
    put_u64(body, child->ending.rss_bytes_max);
    event_end();
}

void tell_standing(struct child *child)
{
    switch (child->state) {
    case CHILD_NEARING_GATE:
        return; /* its GATED follows by itself */
    case CHILD_GATED:
        tell_gated(child);
        return;
    case CHILD_RUNNING:
        tell_started(child);
        return;
    case CHILD_ENDED:
        tell_exited(child);
        return;
    }
}

void tell_change(struct child *child)
{
    if (channel_subscribed())
        tell_standing(child);
}

void tell_failed(uint64_t token, struct launch_failure failure)
{
    struct buffer *body = event_begin(EVENT_FAILED);
    put_u64(body, token);
    put_u8(body, failure.stage);
    put_u32(body, (uint32_t)failure.error);
    event_end();
}

void tell_listed(void)
{
    event_begin(EVENT_LISTED);
    event_end();
}
