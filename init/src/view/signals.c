#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int signal_named(const char *name)
{
    char *end;
    long number = strtol(name, &end, 10);
    if (*name != '\0' && *end == '\0')
        return number >= 0 && number < NSIG ? (int)number : -1;
    if (strncmp(name, "SIG", 3) == 0)
        name += 3;
    for (int signal = 1; signal < NSIG; signal++) {
        const char *abbreviation = sigabbrev_np(signal);
        if (abbreviation != NULL && strcmp(abbreviation, name) == 0)
            return signal;
    }
    return -1;
}

/* The signal that the arguments name; *first becomes the index of the first number; -1: none of this. */
static int parse(char **arguments, int *first)
{
    *first = 1;
    if (arguments[1] == NULL || arguments[1][0] != '-')
        return SIGTERM;
    if (strcmp(arguments[1], "--") == 0) {
        *first = 2;
        return SIGTERM;
    }
    if ((strcmp(arguments[1], "-s") == 0 || strcmp(arguments[1], "--signal") == 0) && arguments[2] != NULL) {
        *first = 3;
        return signal_named(arguments[2]);
    }
    *first = 2;
    return signal_named(arguments[1] + 1);
}

int signal_numbers(struct nefele *fabric, const struct rows *rows, char **arguments, int *left)
{
    int first, failed = 0;
    int signal = parse(arguments, &first);
    *left = -1;
    if (signal < 0)
        return 0;
    *left = 0;
    char **kept = arguments + first;
    for (char **argument = arguments + first; *argument != NULL; argument++) {
        int number = atoi(*argument);
        if (number < NUMBER_FIRST) {
            *kept++ = *argument;
            ++*left;
            continue;
        }
        const struct row *row = rows_find(rows, number);
        if (row == NULL)
            fprintf(stderr, "kill: (%d): no such process in the fabric\n", number);
        else if (nefele_kill(fabric, &row->process->id, 1, signal) < 0)
            fprintf(stderr, "kill: (%d): %s\n", number, nefele_reason(fabric));
        else
            continue;
        failed++;
    }
    *kept = NULL;
    return failed;
}
