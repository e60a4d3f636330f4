/* A /proc in which the processes are those of the whole fabric. */
#ifndef NEFELE_VIEW_PROC_H
#define NEFELE_VIEW_PROC_H

#include "rows.h"

/*
 * Puts it over /proc, for this process and what it executes alone. `place` is an empty directory to build
 * it at. False and errno if the kernel does not allow it.
 */
bool proc_replace(const char *place, const struct rows *rows);

#endif
