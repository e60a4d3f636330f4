#include "cgroup.h"

#include "cgroup_files.h"
#include "cpu_limit.h"
#include "mounted.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_BYTES = 17,
    FILE_BYTES = NAME_BYTES + 32,
    FREEZE_TRIES_MAX = 100,
};

/* The hierarchies of version 1 that limit something, by the bit of its power. */
enum controller { MEMORY, CPU, PIDS, CONTROLLERS };

static const char *const controller_names[CONTROLLERS] = {"memory", "cpu", "pids"};
static const unsigned controller_powers[CONTROLLERS] = {POWER_MEMORY, POWER_CPU, POWER_PIDS};

/* Our cgroup in one hierarchy, and the one above it, to which we return at the end. */
struct hierarchy {
    int fd;
    int above_fd;
    char path[PATH_MAX];
};

static struct hierarchy tree = {.fd = -1, .above_fd = -1};
static struct hierarchy limiting[CONTROLLERS];
static bool unified; /* the tree is of version 2; else it is version 1's freezer */
static unsigned powers;

static const char *name_of(uint64_t token, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "%016llx", (unsigned long long)token);
    return name;
}

static const char *file_of(uint64_t token, const char *file, char path[FILE_BYTES])
{
    snprintf(path, FILE_BYTES, "%016llx/%s", (unsigned long long)token, file);
    return path;
}

/* Removes the cgroups in `directory`, with whoever is still in them. */
static void remove_below(int directory)
{
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    if (entries == NULL) {
        close(copy);
        return;
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            unlinkat(directory, entry->d_name, AT_REMOVEDIR);
    closedir(entries);
}

static void close_hierarchy(struct hierarchy *hierarchy)
{
    close(hierarchy->fd);
    close(hierarchy->above_fd);
    hierarchy->fd = hierarchy->above_fd = -1;
}

static bool open_below(struct hierarchy *hierarchy, const char *above, const char *name)
{
    hierarchy->above_fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (hierarchy->above_fd < 0)
        return false;
    if (mkdirat(hierarchy->above_fd, name, 0755) != 0 && errno != EEXIST) {
        close_hierarchy(hierarchy);
        return false;
    }
    hierarchy->fd = openat(hierarchy->above_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int length = snprintf(hierarchy->path, PATH_MAX, "%s/%s", above, name);
    if (hierarchy->fd < 0 || length >= PATH_MAX) {
        close_hierarchy(hierarchy);
        return false;
    }
    return true;
}

/* Below the cgroup that we are in, so that what limits us limits our children, too. */
static bool open_hierarchy(struct hierarchy *hierarchy, const char *controller, const char *name)
{
    char mount[PATH_MAX], own[PATH_MAX], above[2 * PATH_MAX];
    hierarchy->fd = hierarchy->above_fd = -1;
    if (!cgroup_mount(controller, mount) || !cgroup_own(controller, own))
        return false;
    snprintf(above, sizeof above, "%s%s", mount, strcmp(own, "/") == 0 ? "" : own);
    /* In a container the own path may be told as the host sees it. */
    return open_below(hierarchy, above, name) || open_below(hierarchy, mount, name);
}

/* Version 1 limits in a hierarchy for each controller; the init stands in the tenant's cgroup. */
static void open_limiting(enum controller controller, const char *name)
{
    struct hierarchy *hierarchy = &limiting[controller];
    if (!open_hierarchy(hierarchy, controller_names[controller], name))
        return;
    remove_below(hierarchy->fd);
    if (!write_at(hierarchy->fd, "cgroup.procs", "0")) {
        close_hierarchy(hierarchy);
        return;
    }
    powers |= controller_powers[controller];
}

/* A cgroup of version 2 that hands controllers down holds no processes, so the init has a leaf. */
static void open_unified(const char *name)
{
    if (!open_hierarchy(&tree, NULL, name))
        return;
    remove_below(tree.fd);
    if ((mkdirat(tree.fd, "init", 0755) != 0 && errno != EEXIST)
        || !write_at(tree.fd, "init/cgroup.procs", "0")) {
        close_hierarchy(&tree);
        return;
    }
    unified = true;
    powers |= POWER_TREE;
    for (enum controller controller = 0; controller < CONTROLLERS; controller++) {
        char enable[16];
        snprintf(enable, sizeof enable, "+%s", controller_names[controller]);
        if (write_at(tree.above_fd, "cgroup.subtree_control", enable)
            && write_at(tree.fd, "cgroup.subtree_control", enable))
            powers |= controller_powers[controller];
    }
}

static void open_freezer(const char *name)
{
    if (!open_hierarchy(&tree, "freezer", name))
        return;
    remove_below(tree.fd);
    powers |= POWER_TREE;
}

static uint64_t number_in(const char *path)
{
    char text[32] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    close(fd);
    return length > 0 ? strtoull(text, NULL, 10) : 0;
}

/* No tenant takes more than half of the numbers that this server has for processes. */
static void bound_pids(void)
{
    uint64_t pids = number_in("/proc/sys/kernel/pid_max");
    uint64_t threads = number_in("/proc/sys/kernel/threads-max");
    int fd = unified && limiting[PIDS].fd < 0 ? tree.fd : limiting[PIDS].fd;
    if (pids > 0 && threads > 0 && (powers & POWER_PIDS))
        write_number(fd, "pids.max", (pids < threads ? pids : threads) / 2);
}

static void write_list(const char *list)
{
    FILE *file = fopen(list, "we");
    if (file == NULL)
        return;
    if (tree.fd >= 0)
        fprintf(file, "%s\n", tree.path);
    for (enum controller controller = 0; controller < CONTROLLERS; controller++)
        if (limiting[controller].fd >= 0)
            fprintf(file, "%s\n", limiting[controller].path);
    fclose(file);
}

unsigned cgroups_open(const char *name, const char *list)
{
    open_unified(name);
    for (enum controller controller = 0; controller < CONTROLLERS; controller++) {
        limiting[controller].fd = limiting[controller].above_fd = -1;
        if (!(powers & controller_powers[controller]))
            open_limiting(controller, name);
    }
    if (tree.fd < 0)
        open_freezer(name);
    bound_pids();
    write_list(list);
    return powers;
}

static void leave(struct hierarchy *hierarchy, const char *procs)
{
    if (hierarchy->fd < 0)
        return;
    write_at(hierarchy->above_fd, procs, "0");
    remove_below(hierarchy->fd);
    const char *name = strrchr(hierarchy->path, '/') + 1;
    unlinkat(hierarchy->above_fd, name, AT_REMOVEDIR);
    close_hierarchy(hierarchy);
}

void cgroups_close(void)
{
    leave(&tree, "cgroup.procs");
    for (enum controller controller = 0; controller < CONTROLLERS; controller++)
        leave(&limiting[controller], "cgroup.procs");
}

/* Swap is memory, too; where it is not counted, that can't be said, which is no failure. */
static bool limit_memory(int directory, bool version2, uint64_t bytes)
{
    if (!version2) {
        bool limited = write_number(directory, "memory.limit_in_bytes", bytes);
        write_number(directory, "memory.memsw.limit_in_bytes", bytes);
        return limited;
    }
    write_at(directory, "memory.swap.max", "0");
    write_at(directory, "memory.oom.group", "1");
    return write_number(directory, "memory.max", bytes);
}

static bool limit_in(int directory, bool version2, enum controller which, const struct limits *limits)
{
    switch (which) {
    case MEMORY:
        return limit_memory(directory, version2, limits->memory_bytes);
    case CPU:
        return cpu_limit_for_start(directory, version2, limits->cpu_millis);
    case PIDS:
        return write_number(directory, "pids.max", limits->pids);
    case CONTROLLERS:
        break;
    }
    return false;
}

static bool is_wanted(enum controller controller, const struct limits *limits)
{
    switch (controller) {
    case MEMORY:
        return limits->memory_bytes > 0;
    case CPU:
        return limits->cpu_millis > 0;
    case PIDS:
        return limits->pids > 0;
    case CONTROLLERS:
        break;
    }
    return false;
}

static int make_in(const struct hierarchy *hierarchy, const char *name)
{
    if (mkdirat(hierarchy->fd, name, 0755) != 0)
        return -1;
    return openat(hierarchy->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool make_limited(uint64_t token, enum controller which, const struct limits *limits,
                         struct cgroup *cgroup)
{
    char name[NAME_BYTES];
    bool own = limiting[which].fd >= 0;
    if (!own && !cgroup->tree)
        return false;
    int directory = own ? make_in(&limiting[which], name_of(token, name))
                        : openat(tree.fd, name_of(token, name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return false;
    if (own)
        cgroup->controllers |= 1U << which;
    bool limited = limit_in(directory, !own, which, limits);
    int error = errno;
    close(directory);
    errno = error;
    return limited;
}

bool cgroup_make(uint64_t token, const struct limits *limits, struct cgroup *cgroup)
{
    char name[NAME_BYTES];
    *cgroup = (struct cgroup){0};
    cgroup->tree = tree.fd >= 0 && mkdirat(tree.fd, name_of(token, name), 0755) == 0;
    for (enum controller which = 0; which < CONTROLLERS; which++) {
        if (!is_wanted(which, limits))
            continue;
        if (!(powers & controller_powers[which])) {
            /* Cpu and memory were set aside by who placed it; this is a limit or nothing. */
            if (which != PIDS)
                continue;
            cgroup_remove(token, cgroup);
            errno = ENOTSUP;
            return false;
        }
        if (!make_limited(token, which, limits, cgroup)) {
            int error = errno;
            cgroup_remove(token, cgroup);
            errno = error;
            return false;
        }
    }
    return true;
}

void cgroup_started(uint64_t token, const struct limits *limits, const struct cgroup *cgroup)
{
    bool own = cgroup->controllers & 1U << CPU;
    bool limited = limits->cpu_millis > 0 && (powers & controller_powers[CPU]) && (own || cgroup->tree);
    if (!limited || !cpu_limit_has_allowance(limits->cpu_millis))
        return;
    char name[NAME_BYTES];
    int directory = openat(own ? limiting[CPU].fd : tree.fd, name_of(token, name),
                           O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return;
    cpu_limit_begin(directory, !own, limits->cpu_millis);
    close(directory);
}

struct cgroup_entry cgroup_entry(uint64_t token, const struct cgroup *cgroup)
{
    char name[NAME_BYTES];
    struct cgroup_entry entry = {.tree_fd = -1, .cgroup = cgroup, .token = token};
    if (cgroup->tree)
        entry.tree_fd = openat(tree.fd, name_of(token, name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return entry;
}

void cgroup_entry_close(struct cgroup_entry *entry)
{
    if (entry->tree_fd >= 0)
        close(entry->tree_fd);
    entry->tree_fd = -1;
}

bool cgroup_enter(const struct cgroup_entry *entry)
{
    char path[FILE_BYTES];
    for (enum controller which = 0; which < CONTROLLERS; which++)
        if ((entry->cgroup->controllers & 1U << which)
            && !write_at(limiting[which].fd, file_of(entry->token, "cgroup.procs", path), "0"))
            return false;
    return entry->tree_fd < 0 || entry->cloned || write_at(entry->tree_fd, "cgroup.procs", "0");
}

void cgroup_each(uint64_t token, void (*visit)(pid_t pid, void *context), void *context)
{
    char path[FILE_BYTES];
    int fd = openat(tree.fd, file_of(token, "cgroup.procs", path), O_RDONLY | O_CLOEXEC);
    FILE *pids = fd < 0 ? NULL : fdopen(fd, "r");
    if (pids == NULL) {
        close(fd);
        return;
    }
    int pid;
    while (fscanf(pids, "%d", &pid) == 1)
        if (pid > 0)
            visit(pid, context);
    fclose(pids);
}

static void kill_one(pid_t pid, void *killed)
{
    ++*(int *)killed;
    kill(pid, SIGKILL);
}

/* Frozen, nothing can fork away between the look and the signal. */
static void freeze_and_kill(uint64_t token)
{
    char path[FILE_BYTES];
    const char *state = file_of(token, "freezer.state", path);
    int killed = 0;
    write_at(tree.fd, state, "FROZEN");
    cgroup_each(token, kill_one, &killed);
    write_at(tree.fd, state, "THAWED");
}

void cgroup_kill(uint64_t token)
{
    char path[FILE_BYTES];
    if (unified)
        write_at(tree.fd, file_of(token, "cgroup.kill", path), "1");
    else
        freeze_and_kill(token);
}

bool cgroup_out_of_memory(uint64_t token, const struct cgroup *cgroup)
{
    char path[FILE_BYTES];
    if (cgroup->controllers & 1U << MEMORY)
        return number_at(limiting[MEMORY].fd, file_of(token, "memory.oom_control", path), "oom_kill") > 0;
    return cgroup->tree && unified && (powers & POWER_MEMORY) && limiting[MEMORY].fd < 0
           && number_at(tree.fd, file_of(token, "memory.events", path), "oom_kill") > 0;
}

uint64_t cgroup_cpu_micros(uint64_t token, const struct cgroup *cgroup)
{
    char path[FILE_BYTES];
    if (!cgroup->tree || !unified)
        return 0;
    return number_at(tree.fd, file_of(token, "cpu.stat", path), "usage_usec");
}

uint64_t cgroups_cpu_micros(void)
{
    return unified ? number_at(tree.fd, "cpu.stat", "usage_usec") : 0;
}

static bool is_removed(int directory, const char *name)
{
    return unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

bool cgroup_remove(uint64_t token, const struct cgroup *cgroup)
{
    char name[NAME_BYTES];
    name_of(token, name);
    if (cgroup->tree && !is_removed(tree.fd, name)) {
        cgroup_kill(token);
        if (!is_removed(tree.fd, name))
            return false;
    }
    bool removed = true;
    for (enum controller which = 0; which < CONTROLLERS; which++)
        if (cgroup->controllers & 1U << which)
            removed &= is_removed(limiting[which].fd, name);
    return removed;
}
