/* Signals to whole trees of processes. */
#ifndef NEFELE_TREE_H
#define NEFELE_TREE_H

#include "children.h"

#include <sys/types.h>

/*
 * Signals the group of `child` at one blow, each living descendant that has left the group, and
 * whatever else is in its cgroup. Without a cgroup one is out of reach that has left the group and
 * whose parent is gone: it belongs to the init then and nothing says whose it was.
 */
void tree_signal(const struct child *child, int signal);

/* Signals every process below the init, adopted ones too. */
void tree_signal_all(int signal);

/* Calls `visit` for `leader` and each living descendant. */
void tree_each(pid_t leader, void (*visit)(pid_t pid, void *context), void *context);

#endif
