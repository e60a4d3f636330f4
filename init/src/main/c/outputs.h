/* The files that processes write to: how much of them is kept, and what becomes of them at last. */
#ifndef NEFELE_OUTPUTS_H
#define NEFELE_OUTPUTS_H

#include "children.h"

/* `logs`: where relative names start; `bytes_max`: how much of each is kept, 0 for all. */
void outputs_prepare(int logs, uint64_t bytes_max);

/* Gives back the disk space of all but the last half, at least, if a file has become longer. */
void output_bound(const struct child *child);
/* The same for all running processes. */
void outputs_bound(void);

/* A file is about to be opened under this name, unless there is one: a spare one stands there then. */
void output_place(const char *name);
/* Nobody asks for this file any more: it is removed, or emptied and kept as a spare one. */
void output_discard(const char *name);

#endif
