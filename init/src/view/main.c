/*
 * Stands in a tenant's sandbox before ps, pgrep, pkill, top, pstree and kill, and runs the real one with a
 * /proc in which the tenant's processes on all servers are. Without an agent that answers, the real one
 * shows what is on this server, after a word about it.
 */
#include "places.h"
#include "proc.h"
#include "signals.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void run(const char *program, char **arguments)
{
    char path[PATH_MAX];
    /* Debian's pkill is a symbolic link to pgrep, which looks at its name. */
    bool linked = strcmp(program, "pkill") == 0;
    snprintf(path, sizeof path, "%s/%s", VIEW_DIRECTORY, linked ? "pgrep" : program);
    execv(path, arguments);
    fprintf(stderr, "%s: %s\n", program, strerror(errno));
    _exit(127);
}

static void warn(const char *program, const char *why)
{
    fprintf(stderr, "%s: shows this server alone: %s\n", program, why);
}

/* Takes the signal out of the arguments of pkill. */
static int signal_of(char **arguments)
{
    int signal = SIGTERM;
    char **kept = arguments + 1;
    for (char **argument = arguments + 1; *argument != NULL; argument++) {
        bool named = strcmp(*argument, "--signal") == 0 && argument[1] != NULL;
        int found = named                                                 ? signal_named(argument[1])
                    : **argument == '-' && strlen(*argument) > 2          ? signal_named(*argument + 1)
                    : **argument == '-' && strchr("0123456789", (*argument)[1]) ? signal_named(*argument + 1)
                                                                          : -1;
        if (found < 0) {
            *kept++ = *argument;
            continue;
        }
        signal = found;
        argument += named;
    }
    *kept = NULL;
    return signal;
}

/* Has pgrep find them, and signals them. */
static int kill_found(struct nefele *fabric, const struct rows *rows, char **arguments)
{
    int signal = signal_of(arguments);
    int output[2];
    if (pipe(output) != 0)
        return 3;
    pid_t finder = fork();
    if (finder == 0) {
        dup2(output[1], STDOUT_FILENO);
        close(output[0]);
        close(output[1]);
        if (!proc_replace(VIEW_DIRECTORY "/proc", rows))
            _exit(3);
        arguments[0] = "pgrep";
        run("pgrep", arguments);
    }
    close(output[1]);
    FILE *numbers = fdopen(output[0], "r");
    int number, status = 0, failed = 0;
    while (numbers != NULL && fscanf(numbers, "%d", &number) == 1) {
        const struct row *row = rows_find(rows, number);
        if (row != NULL && nefele_kill(fabric, &row->process->id, 1, signal) < 0) {
            fprintf(stderr, "pkill: killing pid %d failed: %s\n", number, nefele_reason(fabric));
            failed = 1;
        }
    }
    if (finder < 0 || waitpid(finder, &status, 0) < 0 || !WIFEXITED(status))
        return 3;
    return WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : failed;
}

int main(int count, char **arguments)
{
    if (count < 1)
        return 2;
    const char *slash = strrchr(arguments[0], '/');
    const char *program = slash == NULL ? arguments[0] : slash + 1;
    struct nefele *fabric = getenv("NEFELE_SOCKET") == NULL ? NULL : nefele_connect(NULL);
    struct rows rows;
    if (fabric == NULL || !rows_list(fabric, &rows)) {
        warn(program, fabric == NULL && getenv("NEFELE_SOCKET") == NULL ? "NEFELE_SOCKET is not set"
                                                                        : nefele_reason(fabric));
        run(program, arguments);
    }
    for (char **part = rows.found.missing; *part != NULL; part++)
        fprintf(stderr, "%s: no answer from %s; what it holds is not shown\n", program, *part);
    if (strcmp(program, "kill") == 0) {
        int left;
        int failed = signal_numbers(fabric, &rows, arguments, &left);
        if (left == 0)
            return failed > 0;
        run(program, arguments);
    }
    if (strcmp(program, "pkill") == 0)
        return kill_found(fabric, &rows, arguments);
    if (!proc_replace(VIEW_DIRECTORY "/proc", &rows))
        warn(program, strerror(errno));
    run(program, arguments);
}
