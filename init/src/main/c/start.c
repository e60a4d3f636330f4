#include "start.h"

#include "attach.h"
#include "events.h"
#include "launch.h"
#include "outputs.h"
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

/* A request to start a process: the launch, and what is around it. */
struct spawn {
    uint64_t token;
    uint8_t flags;
    struct limits limits;
    uint16_t rows;
    uint16_t columns;
    uint64_t beside;
    struct launch launch;
};

static uint64_t now_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void start_told(struct child *child)
{
    child->state = CHILD_RUNNING;
    child->started_micros = now_micros();
    tell_change(child);
}

/* The environment of `pid`, entry behind entry; NULL if it can't be read. */
static char *environment_of(pid_t pid, size_t *length)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct buffer content = {0};
    ssize_t count;
    while ((count = read(fd, buffer_room(&content, 4096), 4096)) > 0)
        content.end += (size_t)count;
    close(fd);
    put_u8(&content, 0);
    *length = buffer_size(&content) - 1;
    return (char *)content.bytes;
}

static bool is_set(char **env, const char *entry)
{
    size_t name = strcspn(entry, "=") + 1;
    for (; *env != NULL; env++)
        if (strncmp(*env, entry, name) == 0)
            return true;
    return false;
}

/* The variables of the process beside, behind those of the request, which count. */
static void inherit(struct launch *launch, char *inherited, size_t length)
{
    size_t count = 0;
    for (char **variable = launch->env; *variable != NULL; variable++)
        count++;
    size_t more = 0;
    for (size_t at = 0; at < length; at += strlen(inherited + at) + 1)
        more++;
    char **env = allocate(count + more + 1, sizeof *env);
    memcpy(env, launch->env, count * sizeof *env);
    for (size_t at = 0; at < length; at += strlen(inherited + at) + 1)
        if (inherited[at] != '\0' && !is_set(launch->env, inherited + at))
            env[count++] = inherited + at;
    free(launch->env);
    launch->env = env;
}

static bool attach(const struct spawn *spawn, struct attachment **attachment,
                   struct attachment_ends *ends)
{
    if (spawn->flags & SPAWN_TERMINAL)
        *attachment = attach_terminal(spawn->launch.out, spawn->rows, spawn->columns, ends);
    else if (spawn->flags & SPAWN_INPUT)
        *attachment = attach_pipe(ends);
    else
        return true;
    return *attachment != NULL;
}

static void failed(uint64_t token, enum stage stage, int error)
{
    tell_failed(token, (struct launch_failure){.stage = stage, .error = error});
}

/* With all that is around it in place: the process. */
static void start_in(struct spawn *spawn, struct cgroup cgroup, const struct cgroup *entered,
                     uint64_t entered_token)
{
    output_place(spawn->launch.out);
    output_place(spawn->launch.err);
    struct attachment *attachment = NULL;
    struct attachment_ends ends = {.input = -1, .terminal = -1};
    if (!attach(spawn, &attachment, &ends)) {
        failed(spawn->token, STAGE_TERMINAL, errno);
        cgroup_discard(spawn->token, &cgroup);
        return;
    }
    struct cgroup_entry entry = cgroup_entry(entered_token, entered);
    spawn->launch.entry = &entry;
    spawn->launch.input = ends.input;
    spawn->launch.terminal = ends.terminal;
    struct launch_failure failure;
    pid_t pid = launch(&spawn->launch, &failure);
    cgroup_entry_close(&entry);
    attach_close_ends(&ends);
    if (pid < 0) {
        attach_end(attachment);
        cgroup_discard(spawn->token, &cgroup);
        tell_failed(spawn->token, failure);
        return;
    }
    cgroup_started(spawn->token, &spawn->limits, &cgroup);
    struct child *child = child_add(spawn->token, pid, CHILD_NEARING_GATE);
    child->cgroup = cgroup;
    child->out = strdup(spawn->launch.out);
    child->err = strdup(spawn->launch.err);
    child->attachment = attachment;
    if (attachment != NULL)
        attach_begin(attachment, spawn->token);
    if (!spawn->launch.gated)
        start_told(child);
}

static void start_beside(struct spawn *spawn)
{
    struct child *beside = child_of_token(spawn->beside);
    size_t length = 0;
    char *inherited = NULL;
    if (beside != NULL && beside->state == CHILD_RUNNING)
        inherited = environment_of(beside->pid, &length);
    int pidfd = inherited == NULL ? -1 : pidfd_open(beside->pid, 0);
    if (pidfd < 0) {
        free(inherited);
        failed(spawn->token, STAGE_BESIDE, ESRCH);
        return;
    }
    inherit(&spawn->launch, inherited, length);
    char directory[32];
    snprintf(directory, sizeof directory, "/proc/%d/cwd", (int)beside->pid);
    if (spawn->launch.directory[0] == '\0')
        spawn->launch.directory = directory;
    spawn->launch.beside = pidfd;
    start_in(spawn, (struct cgroup){0}, &beside->cgroup, beside->token);
    close(pidfd);
    free(inherited);
}

static void start(struct spawn *spawn)
{
    struct child *known = child_of_token(spawn->token);
    if (known != NULL) {
        /* An agent that lost its connection asks again rather than guess. */
        tell_standing(known);
        return;
    }
    if (spawn->flags & SPAWN_BESIDE) {
        start_beside(spawn);
        return;
    }
    sandbox_show(spawn->launch.directory);
    struct cgroup cgroup;
    if (!cgroup_make(spawn->token, &spawn->limits, &cgroup)) {
        failed(spawn->token, STAGE_LIMITS, errno);
        return;
    }
    start_in(spawn, cgroup, &cgroup, spawn->token);
}

static void read_options(struct spawn *spawn, struct reader *body)
{
    if (spawn->flags & SPAWN_IDENTITY) {
        spawn->launch.uid = get_u32(body);
        spawn->launch.gid = get_u32(body);
    }
    if (spawn->flags & SPAWN_LIMITS) {
        spawn->limits.cpu_millis = get_u32(body);
        spawn->limits.memory_bytes = get_u64(body);
        spawn->limits.pids = get_u32(body);
    }
    if (spawn->flags & SPAWN_TERMINAL) {
        spawn->rows = get_u16(body);
        spawn->columns = get_u16(body);
    }
    if (spawn->flags & SPAWN_BESIDE)
        spawn->beside = get_u64(body);
}

static bool read_spawn(struct spawn *spawn, struct reader *body)
{
    struct launch *launching = &spawn->launch;
    spawn->token = get_u64(body);
    launching->beside = -1;
    spawn->flags = get_u8(body);
    launching->gated = spawn->flags & SPAWN_GATED;
    launching->own = spawn->flags & SPAWN_OWN;
    launching->has_identity = spawn->flags & SPAWN_IDENTITY;
    launching->argv = get_strings(body);
    launching->env = get_strings(body);
    launching->directory = get_string(body);
    launching->out = get_string(body);
    launching->err = get_string(body);
    read_options(spawn, body);
    return reader_done(body) && (spawn->flags & ~SPAWN_FLAGS_ALL) == 0 && launching->argv[0] != NULL;
}

static bool with_spawn(struct reader *body, void (*act)(struct spawn *spawn))
{
    struct spawn spawn = {0};
    bool sound = read_spawn(&spawn, body);
    if (sound)
        act(&spawn);
    free(spawn.launch.argv);
    free(spawn.launch.env);
    return sound;
}

bool start_request(struct reader *body)
{
    return with_spawn(body, start);
}

static void refuse(struct spawn *spawn)
{
    struct child *known = child_of_token(spawn->token);
    if (known != NULL)
        tell_standing(known);
    else
        failed(spawn->token, STAGE_CLOSING, ESHUTDOWN);
}

bool start_refused(struct reader *body)
{
    return with_spawn(body, refuse);
}
