/* Signals to whole trees of processes. */
#ifndef NEFELE_TREE_H
#define NEFELE_TREE_H

#include <sys/types.h>

/*
 * Signals the group of `leader` at one blow and each living descendant that has left the group.
 * Out of reach, without a pid namespace or a cgroup, is one that has left the group and whose
 * parent is gone: it belongs to the init then and nothing says whose it was.
 */
void tree_signal(pid_t leader, int signal);

/* Signals every process below the init, adopted ones too. */
void tree_signal_all(int signal);

#endif
