#include "events.h"

#include "channel.h"

void tell_hello(pid_t init_pid, enum isolation isolation, unsigned powers)
{
    struct buffer *body = event_begin(EVENT_HELLO);
    put_u32(body, (uint32_t)init_pid);
    put_u8(body, isolation);
    put_u8(body, (uint8_t)powers);
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
    put_u8(body, child->ending.out_of_memory);
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

void tell_taken(uint64_t token, uint64_t offset, bool closed)
{
    struct buffer *body = event_begin(EVENT_TAKEN);
    put_u64(body, token);
    put_u64(body, offset);
    put_u8(body, closed);
    event_end();
}

void tell_usage(uint64_t token, const struct usage *usage)
{
    struct buffer *body = event_begin(EVENT_USAGE);
    put_u64(body, token);
    put_u64(body, usage->cpu_micros);
    put_u64(body, usage->memory_bytes);
    put_u64(body, usage->disk_bytes);
    event_end();
}

void tell_measured(void)
{
    event_begin(EVENT_MEASURED);
    event_end();
}
