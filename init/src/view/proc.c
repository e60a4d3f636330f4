#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 16, FILE_BYTES_MAX = 1 << 16 };

static bool write_file(int directory, const char *name, const char *content, size_t size)
{
    int file = openat(directory, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
    bool written = file >= 0 && write(file, content, size) == (ssize_t)size;
    if (file >= 0)
        close(file);
    return written;
}

static bool write_map(const char *path, unsigned id)
{
    char map[32];
    int length = snprintf(map, sizeof map, "%u %u 1\n", id, id);
    return write_file(AT_FDCWD, path, map, (size_t)length);
}

/* Mounts are for who is root of a user namespace; the caller stays who it is. */
static bool enter_own_mounts(void)
{
    unsigned uid = geteuid(), gid = getegid();
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_file(AT_FDCWD, "/proc/self/setgroups", "deny", 4)
           && write_map("/proc/self/uid_map", uid) && write_map("/proc/self/gid_map", gid)
           && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* When this server was booted, seconds since 1970. */
static long long boot_time(void)
{
    FILE *stat = fopen("/proc/stat", "re");
    char line[512];
    long long boot = 0;
    while (stat != NULL && boot == 0 && fgets(line, sizeof line, stat) != NULL)
        sscanf(line, "btime %lld", &boot);
    if (stat != NULL)
        fclose(stat);
    return boot;
}

static void name_of(const struct nefele_process *process, char name[NAME_BYTES])
{
    const char *program = process->command[0] == NULL ? "-" : process->command[0];
    const char *slash = strrchr(program, '/');
    snprintf(name, NAME_BYTES, "%.15s", slash == NULL ? program : slash + 1);
}

static bool write_stat(int directory, const struct row *row, const char *name, long long boot)
{
    const struct nefele_process *process = row->process;
    long ticks = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);
    long long since = process->started_at / 10 * ticks / 100 - boot * ticks;
    long long pages = process->used_memory_bytes / page;
    char text[512];
    int length = snprintf(
        text, sizeof text,
        "%d (%s) %c 1 %d %d 0 -1 0 0 0 0 0 %lld 0 0 0 20 0 1 0 %lld %lld %lld 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0"
        " 0 0 0 0 0 0 0 0 0 0 0 0\n",
        row->number, name, strcmp(process->state, "lost") == 0 ? 'D' : 'S', row->number, row->number,
        (long long)process->used_cpu_micros * ticks / 1000000, since < 0 ? 0 : since,
        (long long)process->used_memory_bytes, pages);
    char memory[128];
    int memory_length = snprintf(memory, sizeof memory, "%lld %lld 0 0 0 0 0\n", pages, pages);
    return write_file(directory, "stat", text, (size_t)length)
           && write_file(directory, "statm", memory, (size_t)memory_length);
}

static bool write_status(int directory, const struct row *row, const char *name)
{
    unsigned uid = geteuid(), gid = getegid();
    long long kib = row->process->used_memory_bytes / 1024;
    char text[512];
    int length = snprintf(text, sizeof text,
                          "Name:\t%s\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%d\nPPid:\t1\n"
                          "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nVmSize:\t%lld kB\nVmRSS:\t%lld kB\n"
                          "Threads:\t1\n",
                          name, row->number, row->number, uid, uid, uid, uid, gid, gid, gid, gid, kib, kib);
    return write_file(directory, "status", text, (size_t)length);
}

static bool write_command(int directory, char *const *command)
{
    static char line[FILE_BYTES_MAX];
    size_t length = 0;
    for (char *const *word = command; *word != NULL; word++) {
        size_t size = strlen(*word) + 1;
        if (size > sizeof line - length)
            break;
        memcpy(line + length, *word, size);
        length += size;
    }
    return write_file(directory, "cmdline", line, length);
}

static bool add_process(int proc, const struct row *row, long long boot)
{
    char number[16], name[NAME_BYTES];
    snprintf(number, sizeof number, "%d", row->number);
    name_of(row->process, name);
    if (mkdirat(proc, number, 0555) != 0)
        return false;
    int directory = openat(proc, number, O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool written = directory >= 0 && write_stat(directory, row, name, boot)
                   && write_status(directory, row, name) && write_command(directory, row->process->command);
    close(directory);
    return written;
}

/* What tools read of the server itself, and of themselves. */
static bool link_rest(int proc)
{
    static const char *const names[] = {
        "self", "thread-self", "stat", "uptime", "meminfo", "loadavg", "cpuinfo",
        "sys",  "version",     "tty",  "filesystems", "vmstat",
    };
    char target[64], own[16];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(target, sizeof target, ".server/%s", names[i]);
        if (symlinkat(target, proc, names[i]) != 0)
            return false;
    }
    snprintf(own, sizeof own, "%d", (int)getpid());
    snprintf(target, sizeof target, ".server/%s", own);
    return symlinkat(target, proc, own) == 0;
}

/* pstree, and ps --forest, need a root. */
static bool add_root(int proc)
{
    char *words[] = {"nefele", NULL};
    struct nefele_process all = {.command = words, .state = "running"};
    struct row root = {.number = 1, .process = &all};
    return add_process(proc, &root, 0);
}

static bool build(const char *place, const struct rows *rows)
{
    long long boot = boot_time();
    if (mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=555") != 0)
        return false;
    int proc = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
    char server[64];
    snprintf(server, sizeof server, "%s/.server", place);
    bool built = proc >= 0 && mkdirat(proc, ".server", 0555) == 0
                 && mount("/proc", server, NULL, MS_BIND | MS_REC, NULL) == 0 && link_rest(proc)
                 && add_root(proc);
    for (size_t i = 0; built && i < rows->count; i++)
        built = add_process(proc, &rows->rows[i], boot);
    close(proc);
    return built;
}

bool proc_replace(const char *place, const struct rows *rows)
{
    return enter_own_mounts() && build(place, rows)
           && mount(place, "/proc", NULL, MS_BIND | MS_REC, NULL) == 0;
}
