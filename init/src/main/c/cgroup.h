/* The cgroups of the processes: limits, usage, and the one blow that ends a whole tree. */
#ifndef NEFELE_CGROUP_H
#define NEFELE_CGROUP_H

#include "protocol.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Zero is no limit. */
struct limits {
    uint32_t cpu_millis; /* thousandths of a core */
    uint64_t memory_bytes;
    uint32_t pids;
};

/* What one process has of cgroups; all zero is nothing. */
struct cgroup {
    bool tree;            /* one that its whole tree is in */
    unsigned controllers; /* version 1: hierarchies in which it has a cgroup, a bit each */
};

/* How a process gets into its cgroups: worked out before it exists, for it may not allocate. */
struct cgroup_entry {
    int tree_fd; /* -1: none */
    bool cloned; /* the kernel put it into the tree's cgroup at its birth */
    const struct cgroup *cgroup;
    uint64_t token;
};

/*
 * Makes the cgroup `name` in each hierarchy that this process may make one in, below its own, and
 * moves there; what a dead init left of that name is removed first. To be called before there are
 * namespaces. The absolute paths are written to the file `list`, so that others can clean up.
 * Returns what can be done from now on, bits of enum power.
 */
unsigned cgroups_open(const char *name, const char *list);
/* Leaves and removes them. */
void cgroups_close(void);

/* False and errno if a limit can't be had; without limits it never fails, and may make nothing. */
bool cgroup_make(uint64_t token, const struct limits *limits, struct cgroup *cgroup);
/* The process has begun to run its program: it gets no more of the cpu than its limit from now on. */
void cgroup_started(uint64_t token, const struct limits *limits, const struct cgroup *cgroup);

/* The entry for a launch; to be closed afterwards. */
struct cgroup_entry cgroup_entry(uint64_t token, const struct cgroup *cgroup);
void cgroup_entry_close(struct cgroup_entry *entry);
/* In the new process: enters what it is not in yet; false and errno if it can't. */
bool cgroup_enter(const struct cgroup_entry *entry);

/* Kills all that is in the tree's cgroup, at one blow where the kernel can. */
void cgroup_kill(uint64_t token);
/* Calls `visit` for each process in the tree's cgroup. */
void cgroup_each(uint64_t token, void (*visit)(pid_t pid, void *context), void *context);
/* Whether the kernel has killed one of it because its memory limit was reached. */
bool cgroup_out_of_memory(uint64_t token, const struct cgroup *cgroup);
/* Processor time of all that ever was in the tree; 0 if that is not counted. */
uint64_t cgroup_cpu_micros(uint64_t token, const struct cgroup *cgroup);
/* The same of all processes of this init together. */
uint64_t cgroups_cpu_micros(void);
/* Kills what is left in it and removes it; false if that has to be tried again. */
bool cgroup_remove(uint64_t token, const struct cgroup *cgroup);
/* Removes it, now or by the next calls of cgroup_discard_rest. */
void cgroup_discard(uint64_t token, const struct cgroup *cgroup);
void cgroup_discard_rest(void);

#endif
