#include "children.h"

#include "wire.h"

#include <stdlib.h>

/* Chains stay short up to some ten thousand processes, more than a server's pids allow. */
enum { BUCKETS = 4096 };

static struct child *by_token[BUCKETS];
static struct child *by_pid[BUCKETS];
static size_t alive;

static struct child **token_bucket(uint64_t token)
{
    return &by_token[(token ^ token >> 32) % BUCKETS];
}

static struct child **pid_bucket(pid_t pid)
{
    return &by_pid[(unsigned)pid % BUCKETS];
}

struct child *child_add(uint64_t token, pid_t pid, enum child_state state)
{
    struct child *child = allocate(1, sizeof *child);
    child->token = token;
    child->pid = pid;
    child->state = state;
    child->next_of_token = *token_bucket(token);
    *token_bucket(token) = child;
    child->next_of_pid = *pid_bucket(pid);
    *pid_bucket(pid) = child;
    alive++;
    return child;
}

struct child *child_of_token(uint64_t token)
{
    struct child *child = *token_bucket(token);
    while (child != NULL && child->token != token)
        child = child->next_of_token;
    return child;
}

struct child *child_of_pid(pid_t pid)
{
    struct child *child = *pid_bucket(pid);
    while (child != NULL && child->pid != pid)
        child = child->next_of_pid;
    return child;
}

void child_end(struct child *child, const struct ending *ending)
{
    struct child **link = pid_bucket(child->pid);
    while (*link != child)
        link = &(*link)->next_of_pid;
    *link = child->next_of_pid;
    child->state = CHILD_ENDED;
    child->ending = *ending;
    alive--;
}

void child_forget(struct child *child)
{
    struct child **link = token_bucket(child->token);
    while (*link != child)
        link = &(*link)->next_of_token;
    *link = child->next_of_token;
    free(child->out);
    free(child->err);
    free(child);
}

void children_each(void (*visit)(struct child *child))
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct child *child = by_token[i]; child != NULL; child = child->next_of_token)
            visit(child);
}

size_t children_alive(void)
{
    return alive;
}
