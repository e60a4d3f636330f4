/* The processes the init knows: from their launch until the agent has acknowledged their end. */
#ifndef NEFELE_CHILDREN_H
#define NEFELE_CHILDREN_H

#include "cgroup.h"
#include "protocol.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum child_state {
    CHILD_NEARING_GATE, /* launched gated, not yet seen to stand still */
    CHILD_GATED,
    CHILD_RUNNING,
    CHILD_ENDED,
};

struct ending {
    enum ending_kind kind;
    uint32_t number; /* the exit code or the signal */
    uint64_t when_micros;
    uint64_t cpu_micros;
    uint64_t rss_bytes_max;
    bool out_of_memory;
};

struct attachment;

struct usage {
    uint64_t cpu_micros;
    uint64_t memory_bytes;
    uint64_t disk_bytes;
};

struct child {
    uint64_t token;
    pid_t pid; /* meaningless once ended: the number may belong to another process */
    enum child_state state;
    bool release_wanted; /* the release came before the gate was reached */
    bool aborted;
    uint64_t started_micros;
    struct ending ending;
    struct cgroup cgroup;
    struct attachment *attachment; /* NULL: nobody feeds it */
    struct usage told;             /* what the agent knows of its usage */
    char *out;                     /* where its output goes, to be kept within bounds */
    char *err;
    struct child *next_of_token;
    struct child *next_of_pid;
};

struct child *child_add(uint64_t token, pid_t pid, enum child_state state);
struct child *child_of_token(uint64_t token);
struct child *child_of_pid(pid_t pid);
void child_end(struct child *child, const struct ending *ending);
void child_forget(struct child *child);
void children_each(void (*visit)(struct child *child));
/* How many have not ended. */
size_t children_alive(void);

#endif
