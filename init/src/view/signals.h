/* Signals to numbers, for kill and pkill: they may be of processes on other servers. */
#ifndef NEFELE_VIEW_SIGNALS_H
#define NEFELE_VIEW_SIGNALS_H

#include "rows.h"

/*
 * What kill(1) is asked to do, as far as it is about the fabric: sends what goes to processes of the
 * fabric, and takes their numbers out of the arguments. Returns how many of them could not be signalled;
 * `left` becomes how many numbers are left, or -1 if it was not asked to signal at all.
 */
int signal_numbers(struct nefele *fabric, const struct rows *rows, char **arguments, int *left);

/* The signal that an argument such as TERM, SIGTERM or 15 names; -1: none. */
int signal_named(const char *name);

#endif
