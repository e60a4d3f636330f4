#include "tree.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Deeper than any sane tree; a bound, because the tree changes while it is walked. */
enum { DEPTH_MAX = 64 };

static void signal_descendants(pid_t pid, pid_t group, int signal, int depth);

static void signal_children_of_thread(pid_t pid, const char *thread, pid_t group, int signal,
                                      int depth)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/children", (int)pid, thread);
    FILE *children = fopen(path, "re");
    if (children == NULL)
        return;
    int child;
    while (fscanf(children, "%d", &child) == 1) {
        signal_descendants(child, group, signal, depth + 1);
        if (group == 0 || getpgid(child) != group)
            kill(child, signal);
    }
    fclose(children);
}

/* Children first: those of a process that is gone already would be found no more. */
static void signal_descendants(pid_t pid, pid_t group, int signal, int depth)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *threads = depth < DEPTH_MAX ? opendir(path) : NULL;
    if (threads == NULL)
        return;
    for (struct dirent *thread; (thread = readdir(threads)) != NULL;)
        if (thread->d_name[0] != '.')
            signal_children_of_thread(pid, thread->d_name, group, signal, depth);
    closedir(threads);
}

void tree_signal(pid_t leader, int signal)
{
    signal_descendants(leader, leader, signal, 0);
    kill(-leader, signal);
}

void tree_signal_all(int signal)
{
    signal_descendants(getpid(), 0, signal, 0);
}
