/* One process from a description: vfork, the child's preparation, execve. */
#ifndef NEFELE_LAUNCH_H
#define NEFELE_LAUNCH_H

#include "cgroup.h"
#include "protocol.h"

#include <stdbool.h>
#include <sys/types.h>

struct launch {
    char **argv;
    char **env;
    const char *directory;
    const char *out;
    const char *err;
    bool gated;
    bool own; /* the init's own program */
    bool has_identity;
    uid_t uid;
    gid_t gid;
    struct cgroup_entry *entry;
    int input;    /* what it reads; -1: nothing */
    int terminal; /* its side of its terminal; -1: it has none */
    int beside;   /* a descriptor of the process whose namespaces it joins; -1: none */
};

struct launch_failure {
    enum stage stage;
    int error;
};

/* What every child gets back that the init has changed for itself. */
struct launch_defaults {
    int logs_fd;    /* relative output paths start here */
    int program_fd; /* of the init's own program */
    mode_t umask;
    const char *oom_score_adj; /* NULL: as inherited */
};

void launch_prepare(const struct launch_defaults *defaults);

/*
 * The pid of the new process, the leader of its own session and group, or -1 with `failure` set.
 * Returns after a successful execve only. A gated one then stops (a ptrace stop, told by wait)
 * before the first instruction of the new program; gate_open lets it go on.
 */
pid_t launch(const struct launch *launch, struct launch_failure *failure);

/* To be called at the gated child's stop: if the init dies, the child must die, not run. */
void gate_hold(pid_t pid);
void gate_open(pid_t pid);

#endif
