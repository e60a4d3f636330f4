/* What processes use, and how much of their output is kept. */
#ifndef NEFELE_USAGE_H
#define NEFELE_USAGE_H

#include "children.h"

struct usage usage_of(const struct child *child);

/* Tells the usage of all running processes that have done something since it was told last. */
void usage_tell_changes(void);

/* Whether anything below this init has run since the last call; true if that is not known. */
bool usage_has_moved(void);

/* Keeps the output of running processes within `bytes_max` each, as output_bound does. */
void outputs_bound(int logs_fd, uint64_t bytes_max);
/* Gives back the disk space of all but the last half, at least, if a file has become longer. */
void output_bound(const struct child *child, int logs_fd, uint64_t bytes_max);

#endif
