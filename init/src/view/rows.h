/* The tenant's processes on all servers, each with a number as ps shows it. */
#ifndef NEFELE_VIEW_ROWS_H
#define NEFELE_VIEW_ROWS_H

#include "nefele.h"

#include <stdbool.h>

/* Above what Linux gives to processes of this server (pid_max is at most 4194304). */
enum { NUMBER_FIRST = 4194305, NUMBER_LAST = 2147483646 };

struct row {
    int number;
    const struct nefele_process *process;
};

struct rows {
    struct nefele_processes found;
    struct row *rows; /* in the order of their ids */
    size_t count;
};

/*
 * Asks the agent. The number of a process depends on its id: it is the same on all servers, unless two
 * ids want the same one, of which the first has it then. False if there is no answer: nefele_reason()
 * says why.
 */
bool rows_list(struct nefele *fabric, struct rows *rows);
void rows_free(struct rows *rows);

/* NULL: there is none of that number. */
const struct row *rows_find(const struct rows *rows, int number);

#endif
