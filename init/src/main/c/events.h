/* What the agent is told. */
#ifndef NEFELE_EVENTS_H
#define NEFELE_EVENTS_H

#include "children.h"
#include "launch.h"

void tell_hello(pid_t init_pid, enum isolation isolation, unsigned powers);
/* Where a child stands: the answer to LIST, and to a SPAWN of a token that is known already. */
void tell_standing(struct child *child);
/* A change, told only to an agent that has asked for the list. */
void tell_change(struct child *child);
void tell_failed(uint64_t token, struct launch_failure failure);
void tell_listed(void);
/* How much of its input a process has got, and whether it takes no more. */
void tell_taken(uint64_t token, uint64_t offset, bool closed);
void tell_usage(uint64_t token, const struct usage *usage);
void tell_measured(void);

#endif
