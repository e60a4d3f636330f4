#include "usage.h"

#include "events.h"
#include "tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TOLD_CPU_MICROS = 10000, /* less is no news */
    MOVED_CPU_MICROS = 1000,
};

static bool read_file(pid_t pid, const char *name, char *text, size_t size)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
    close(fd);
    if (length <= 0)
        return false;
    text[length] = '\0';
    return true;
}

static uint64_t number_behind(const char *text, const char *key)
{
    const char *found = strstr(text, key);
    return found == NULL ? 0 : strtoull(found + strlen(key), NULL, 10);
}

/* utime, stime and, of children that were waited for, cutime and cstime: fields 14 to 17. */
static uint64_t cpu_in_stat(const char *stat)
{
    const char *at = strrchr(stat, ')');
    unsigned long long times[4] = {0};
    if (at == NULL
        || sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu",
                  &times[0], &times[1], &times[2], &times[3])
               != 4)
        return 0;
    uint64_t ticks = times[0] + times[1] + times[2] + times[3];
    return ticks * 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
}

static void add_process(pid_t pid, void *context)
{
    struct usage *sum = context;
    char text[1024];
    unsigned long long resident;
    if (read_file(pid, "statm", text, sizeof text) && sscanf(text, "%*u %llu", &resident) == 1)
        sum->memory_bytes += resident * (uint64_t)sysconf(_SC_PAGESIZE);
    if (read_file(pid, "stat", text, sizeof text))
        sum->cpu_micros += cpu_in_stat(text);
    if (read_file(pid, "io", text, sizeof text))
        sum->disk_bytes += number_behind(text, "\nread_bytes: ") + number_behind(text, "\nwrite_bytes: ");
}

struct usage usage_of(const struct child *child)
{
    struct usage sum = {0};
    if (child->cgroup.tree)
        cgroup_each(child->token, add_process, &sum);
    else
        tree_each(child->pid, add_process, &sum);
    uint64_t counted = cgroup_cpu_micros(child->token, &child->cgroup);
    if (counted > 0)
        sum.cpu_micros = counted;
    return sum;
}

static void tell_if_changed(struct child *child)
{
    if (child->state != CHILD_RUNNING)
        return;
    uint64_t counted = cgroup_cpu_micros(child->token, &child->cgroup);
    bool told = child->told.memory_bytes > 0;
    if (told && counted > 0 && counted < child->told.cpu_micros + TOLD_CPU_MICROS)
        return;
    struct usage now = usage_of(child);
    if (told && now.cpu_micros < child->told.cpu_micros + TOLD_CPU_MICROS
        && now.memory_bytes == child->told.memory_bytes)
        return;
    child->told = now;
    tell_usage(child->token, &now);
}

static bool moved_since(uint64_t *last)
{
    uint64_t now = cgroups_cpu_micros();
    bool moved = now == 0 || now >= *last + MOVED_CPU_MICROS;
    if (moved)
        *last = now;
    return moved;
}

void usage_tell_changes(void)
{
    static uint64_t last;
    if (moved_since(&last))
        children_each(tell_if_changed);
}

bool usage_has_moved(void)
{
    static uint64_t last;
    return moved_since(&last);
}
