/*
 * What starting a process costs at least on this machine: N times posix_spawn of /bin/true and a
 * wait, one after another. Prints microseconds for the call alone and from call to exit.
 */
#include "samples.h"

#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

/* All at once: how many per second with `flying` of them alive at any time. */
static double concurrent_per_second(char **argv, int count, int flying)
{
    double begin = now_micros();
    int started = 0;
    for (int ended = 0; ended < count; ended++) {
        for (; started < count && started - ended < flying; started++) {
            pid_t pid;
            if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ) != 0)
                return 0;
        }
        wait(NULL);
    }
    return count / (now_micros() - begin) * 1e6;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000;
    double *call = count > 0 ? calloc((size_t)count, sizeof *call) : NULL;
    double *whole = count > 0 ? calloc((size_t)count, sizeof *whole) : NULL;
    if (call == NULL || whole == NULL)
        return 2;
    char *true_argv[] = {"/bin/true", NULL};
    double begin = now_micros();
    for (int i = 0; i < count; i++) {
        double before = now_micros();
        pid_t pid;
        if (posix_spawn(&pid, true_argv[0], NULL, NULL, true_argv, environ) != 0)
            return 1;
        call[i] = now_micros() - before;
        waitpid(pid, NULL, 0);
        whole[i] = now_micros() - before;
    }
    double per_second = count / (now_micros() - begin) * 1e6;
    print("posix_spawn call", call, count);
    print("posix_spawn to exit", whole, count);
    printf("one after another %.0f /s, 32 at once %.0f /s\n", per_second,
           concurrent_per_second(true_argv, count, 32));
    return 0;
}
