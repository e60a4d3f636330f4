/*
 * What it costs a C program to start a process in namespaces that stand already, with cgroups of its
 * own: N times mkdir of the cgroups, vfork, a move into them, execve of /bin/true and a wait, by the
 * first process of new pid, mount, ipc, uts and network namespaces. Prints microseconds from mkdir to
 * execve, and from mkdir to exit.
 *
 * Usage: isolated_spawn_floor N [PARENT-OF-CGROUPS...]    as root
 */
#include "samples.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONTROLLERS_MAX = 8, PATH_BYTES = 4096 };

extern char **environ;

/* Returns the file by which a process enters the cgroup, -1 if there can be none. */
static int make_cgroup(const char *parent, char *path, size_t size)
{
    snprintf(path, size, "%s/floor", parent);
    if (mkdir(path, 0755) != 0)
        return -1;
    size_t length = strlen(path);
    snprintf(path + length, size - length, "/cgroup.procs");
    int entry = open(path, O_WRONLY | O_CLOEXEC);
    path[length] = '\0';
    return entry;
}

/* Returns once the program runs. */
static pid_t start(const int *entries, int count)
{
    pid_t pid = vfork();
    if (pid == 0) {
        char *argv[] = {"/bin/true", NULL};
        for (int i = 0; i < count; i++)
            if (write(entries[i], "0", 1) != 1)
                _exit(127);
        execve(argv[0], argv, environ);
        _exit(127);
    }
    return pid;
}

static int measure(int count, char **parents, int controllers)
{
    double *call = calloc((size_t)count, sizeof *call);
    double *whole = calloc((size_t)count, sizeof *whole);
    if (call == NULL || whole == NULL || controllers > CONTROLLERS_MAX)
        return 2;
    for (int i = 0; i < count; i++) {
        char paths[CONTROLLERS_MAX][PATH_BYTES];
        int entries[CONTROLLERS_MAX];
        double before = now_micros();
        for (int c = 0; c < controllers; c++) {
            entries[c] = make_cgroup(parents[c], paths[c], sizeof paths[c]);
            if (entries[c] < 0) {
                fprintf(stderr, "%s: %s\n", paths[c], strerror(errno));
                return 1;
            }
        }
        pid_t pid = start(entries, controllers);
        call[i] = now_micros() - before;
        int status;
        if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
            return 1;
        whole[i] = now_micros() - before;
        for (int c = 0; c < controllers; c++) {
            close(entries[c]);
            rmdir(paths[c]);
        }
    }
    print("isolated call", call, count);
    print("isolated to exit", whole, count);
    return 0;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 0;
    if (count < 1)
        return 2;
    if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET) != 0) {
        fprintf(stderr, "unshare: %s\n", strerror(errno));
        return 1;
    }
    pid_t init = fork();
    if (init == 0)
        exit(measure(count, argv + 2, argc - 2));
    int status;
    if (init < 0 || waitpid(init, &status, 0) < 0 || !WIFEXITED(status))
        return 1;
    return WEXITSTATUS(status);
}
