/* What processes use. */
#ifndef NEFELE_USAGE_H
#define NEFELE_USAGE_H

#include "children.h"

struct usage usage_of(const struct child *child);

/* Tells the usage of all running processes that have done something since it was told last. */
void usage_tell_changes(void);

/* Whether anything below this init has run since the last call; true if that is not known. */
bool usage_has_moved(void);

#endif
