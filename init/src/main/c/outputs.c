#include "outputs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BLOCK_BYTES = 4096,
    SPARES_MAX = 4096,
    SPARE_NAME_BYTES = 24,
};

static int logs_fd;
static uint64_t bytes_max;

/*
 * Empty files that take the names of outputs to come. A file system that has just lost files looks
 * for the inode of a new one for long: ext4 passes over each that was freed within the last minute.
 */
static unsigned spare_count;

void outputs_prepare(int logs, uint64_t max)
{
    logs_fd = logs;
    bytes_max = max;
}

static void bound_file(const char *path)
{
    struct stat file;
    if (path == NULL || fstatat(logs_fd, path, &file, 0) != 0 || !S_ISREG(file.st_mode)
        || (uint64_t)file.st_size <= bytes_max || (uint64_t)file.st_blocks * 512 <= bytes_max)
        return;
    uint64_t cut = ((uint64_t)file.st_size - bytes_max / 2) / BLOCK_BYTES * BLOCK_BYTES;
    int fd = openat(logs_fd, path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, (off_t)cut) != 0)
        fprintf(stderr, "nefele-init: the file system of %s gives no space back\n", path);
    close(fd);
}

void output_bound(const struct child *child)
{
    if (bytes_max == 0)
        return;
    bound_file(child->out);
    bound_file(child->err);
}

static void bound_running(struct child *child)
{
    if (child->state == CHILD_RUNNING)
        output_bound(child);
}

void outputs_bound(void)
{
    children_each(bound_running);
}

static const char *spare_name(unsigned number, char name[SPARE_NAME_BYTES])
{
    snprintf(name, SPARE_NAME_BYTES, "spare-%u", number);
    return name;
}

/* Others are the user's own, as a pipe, and stay where they are. */
static bool is_below_logs(const char *name)
{
    return name[0] != '\0' && strchr(name, '/') == NULL;
}

void output_place(const char *name)
{
    char spare[SPARE_NAME_BYTES];
    if (spare_count == 0 || !is_below_logs(name))
        return;
    /* What a process has written is kept when it is started again. */
    if (renameat2(logs_fd, spare_name(spare_count - 1, spare), logs_fd, name, RENAME_NOREPLACE) == 0)
        spare_count--;
    else if (faccessat(logs_fd, name, F_OK, 0) != 0)
        spare_count = 0;
}

/*
 * Whether the file could be emptied, with nobody else to read or write it: a descendant that got away
 * would write into the output of another process. A lease is given on no other terms.
 */
static bool empty(const char *name)
{
    int fd = openat(logs_fd, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    struct stat file;
    bool emptied = fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 1
                   && fcntl(fd, F_SETLEASE, F_WRLCK) == 0 && fcntl(fd, F_SETLEASE, F_UNLCK) == 0
                   && (file.st_size == 0 || ftruncate(fd, 0) == 0);
    close(fd);
    return emptied;
}

void output_discard(const char *name)
{
    char spare[SPARE_NAME_BYTES];
    if (!is_below_logs(name))
        return;
    if (spare_count < SPARES_MAX && empty(name)
        && renameat(logs_fd, name, logs_fd, spare_name(spare_count, spare)) == 0)
        spare_count++;
    else
        unlinkat(logs_fd, name, 0);
}
