#include "tree.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* More than any sane tree has; a bound, because the tree changes while it is walked. */
enum { PIDS_MAX = 1 << 16 };

struct found {
    pid_t *pids;
    size_t count;
    size_t capacity;
};

static void add(struct found *found, pid_t pid)
{
    if (found->count == found->capacity) {
        size_t capacity = found->capacity == 0 ? 64 : found->capacity * 2;
        pid_t *larger =
            capacity > PIDS_MAX ? NULL : realloc(found->pids, capacity * sizeof *found->pids);
        if (larger == NULL)
            return;
        found->pids = larger;
        found->capacity = capacity;
    }
    found->pids[found->count++] = pid;
}

static void add_children_of_thread(struct found *found, pid_t pid, const char *thread)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/children", (int)pid, thread);
    FILE *children = fopen(path, "re");
    if (children == NULL)
        return;
    int child;
    while (fscanf(children, "%d", &child) == 1)
        add(found, child);
    fclose(children);
}

static void add_children(struct found *found, pid_t pid)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (threads == NULL)
        return;
    for (struct dirent *thread; (thread = readdir(threads)) != NULL;)
        if (thread->d_name[0] != '.')
            add_children_of_thread(found, pid, thread->d_name);
    closedir(threads);
}

/* The tree below pid, each parent before its children. */
static struct found descendants(pid_t pid)
{
    struct found found = {0};
    add_children(&found, pid);
    for (size_t i = 0; i < found.count; i++)
        add_children(&found, found.pids[i]);
    return found;
}

/*
 * All are looked up before any is signalled, since the children of a process that is gone would be
 * found no more. Then parents come first: a shell that saw its child die of the signal before its
 * own had come would exit by itself, and be told as ended with 128 and the signal's number.
 */
static void signal_found(struct found *found, pid_t group, int signal)
{
    for (size_t i = 0; i < found->count; i++)
        if (group == 0 || getpgid(found->pids[i]) != group)
            kill(found->pids[i], signal);
    free(found->pids);
}

static void add_new(pid_t pid, void *context)
{
    struct found *found = context;
    for (size_t i = 0; i < found->count; i++)
        if (found->pids[i] == pid)
            return;
    add(found, pid);
}

void tree_signal(const struct child *child, int signal)
{
    if (signal == SIGKILL && child->cgroup.tree) {
        cgroup_kill(child->token);
        return;
    }
    struct found found = descendants(child->pid);
    if (child->cgroup.tree)
        cgroup_each(child->token, add_new, &found);
    kill(-child->pid, signal);
    signal_found(&found, child->pid, signal);
}

void tree_each(pid_t leader, void (*visit)(pid_t pid, void *context), void *context)
{
    struct found found = descendants(leader);
    visit(leader, context);
    for (size_t i = 0; i < found.count; i++)
        visit(found.pids[i], context);
    free(found.pids);
}

void tree_signal_all(int signal)
{
    struct found found = descendants(getpid());
    signal_found(&found, 0, signal);
}
