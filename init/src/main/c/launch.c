#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char PATH_WITHOUT_ENVIRONMENT[] = "/usr/local/bin:/usr/bin:/bin";

static struct launch_defaults defaults;

/* Written by the child in the memory it shares with the init until its execve. */
static volatile struct launch_failure child_failure;

void launch_prepare(const struct launch_defaults *given)
{
    defaults = *given;
}

static noreturn void fail(enum stage stage, int error)
{
    child_failure.stage = stage;
    child_failure.error = error;
    _exit(127);
}

/* Opened without waiting, for the init waits too: a pipe that nobody reads is refused. */
static void redirect(int fd, const char *path, int flags)
{
    int file = openat(defaults.logs_fd, path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0640);
    if (file < 0 || fcntl(file, F_SETFL, flags & O_APPEND) != 0 || dup2(file, fd) < 0)
        fail(STAGE_OUTPUT, errno);
    close(file);
}

static void attach_streams(const struct launch *launch)
{
    if (launch->terminal >= 0) {
        if (ioctl(launch->terminal, TIOCSCTTY, 0) != 0)
            fail(STAGE_TERMINAL, errno);
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
            dup2(launch->terminal, fd);
        return;
    }
    if (launch->input >= 0)
        dup2(launch->input, STDIN_FILENO);
    else
        redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    redirect(STDOUT_FILENO, launch->out, O_WRONLY | O_APPEND | O_CREAT);
    redirect(STDERR_FILENO, launch->err, O_WRONLY | O_APPEND | O_CREAT);
}

/* Where the init has no right to (isolation none, without root), all are in the same ones anyway. */
static void join_namespaces(int beside)
{
    if (setns(beside, CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET) != 0
        && errno != EPERM)
        fail(STAGE_BESIDE, errno);
}

static void restore_oom_score(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t written = write(file, defaults.oom_score_adj, strlen(defaults.oom_score_adj));
    (void)written;
    close(file);
}

static void take_identity(const struct launch *launch)
{
    if (setgroups(1, &launch->gid) != 0 || setresgid(launch->gid, launch->gid, launch->gid) != 0
        || setresuid(launch->uid, launch->uid, launch->uid) != 0)
        fail(STAGE_IDENTITY, errno);
}

static const char *search_path(char *const env[])
{
    for (; *env != NULL; env++)
        if (strncmp(*env, "PATH=", 5) == 0)
            return *env + 5;
    return PATH_WITHOUT_ENVIRONMENT;
}

/* Returns the errno of execve. ENOENT for a file that exists speaks of its interpreter. */
static int execute(const char *file, const struct launch *launch)
{
    execve(file, launch->argv, launch->env);
    int error = errno;
    if (error == ENOENT && faccessat(AT_FDCWD, file, F_OK, 0) == 0)
        fail(STAGE_INTERPRETER, error);
    return error;
}

/* By its descriptor: where the child is by now, the file may not be seen. */
static noreturn void execute_own(const struct launch *launch)
{
    syscall(SYS_execveat, defaults.program_fd, "", launch->argv, launch->env, AT_EMPTY_PATH);
    fail(STAGE_COMMAND, errno);
}

/* As a shell looks a command up: what can't be executed is passed over, but told if all else fails. */
static noreturn void execute_from_path(const struct launch *launch)
{
    const char *command = launch->argv[0];
    size_t command_length = strlen(command);
    int error = ENOENT;
    char file[PATH_MAX];
    const char *from = search_path(launch->env);
    for (;;) {
        size_t length = strcspn(from, ":");
        if (length + 1 + command_length < sizeof file) {
            memcpy(file, from, length);
            file[length] = '/';
            memcpy(file + length + (length > 0), command, command_length + 1);
            int found = execute(length > 0 ? file : command, launch);
            if (found != ENOENT && found != ENOTDIR && found != EACCES)
                fail(STAGE_COMMAND, found);
            if (found == EACCES)
                error = found;
        }
        if (from[length] == '\0')
            fail(STAGE_COMMAND, error);
        from += length + 1;
    }
}

/*
 * Runs in the child on the init's stack and memory: nothing here allocates or touches the init's
 * state except child_failure.
 */
static noreturn __attribute__((noinline)) void become(const struct launch *launch)
{
    setsid();
    umask(defaults.umask);
    if (!cgroup_enter(launch->entry))
        fail(STAGE_LIMITS, errno);
    attach_streams(launch);
    if (launch->beside >= 0)
        join_namespaces(launch->beside);
    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    if (defaults.oom_score_adj != NULL)
        restore_oom_score();
    if (launch->has_identity)
        take_identity(launch);
    if (chdir(launch->directory) != 0)
        fail(STAGE_DIRECTORY, errno);
    if (launch->gated && ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        fail(STAGE_GATE, errno);

    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (launch->own)
        execute_own(launch);
    if (launch->argv[0][0] == '\0')
        fail(STAGE_COMMAND, ENOENT);
    if (strchr(launch->argv[0], '/') != NULL)
        fail(STAGE_COMMAND, execute(launch->argv[0], launch));
    execute_from_path(launch);
}

/*
 * vfork, but born in the tree's cgroup: a move afterwards would wait for a grace period of the
 * kernel. The system call stands here in line, because the child goes on on this very stack: a
 * function that returned in the child would leave its frame to be overwritten.
 */
static __attribute__((noinline)) long fork_into_cgroup(const struct launch *launch)
{
    struct clone_args arguments = {
        .flags = CLONE_VM | CLONE_VFORK | CLONE_INTO_CGROUP,
        .exit_signal = SIGCHLD,
        .cgroup = (uint64_t)launch->entry->tree_fd,
    };
#if defined(__x86_64__)
    long pid;
    __asm__ volatile("syscall"
                     : "=a"(pid)
                     : "a"(SYS_clone3), "D"(&arguments), "S"(sizeof arguments)
                     : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register long pid __asm__("x0") = (long)&arguments;
    register long size __asm__("x1") = sizeof arguments;
    register long call __asm__("x8") = SYS_clone3;
    __asm__ volatile("svc 0" : "+r"(pid) : "r"(size), "r"(call) : "memory");
#else
    long pid = -ENOSYS;
    (void)arguments;
#endif
    if (pid == 0)
        become(launch);
    return pid;
}

/* Whether the cgroup can't be entered that way here, which a move still may. */
static bool is_unable(long result)
{
    return result < 0 && result != -EAGAIN && result != -ENOMEM;
}

pid_t launch(const struct launch *launch, struct launch_failure *failure)
{
    child_failure.stage = STAGE_NONE;
    launch->entry->cloned = launch->entry->tree_fd >= 0;
    long born = launch->entry->cloned ? fork_into_cgroup(launch) : -ENOSYS;
    if (is_unable(born)) {
        launch->entry->cloned = false;
        born = vfork();
        if (born == 0)
            become(launch);
        if (born < 0)
            born = -errno;
    }
    pid_t pid = (pid_t)born;
    if (pid < 0) {
        *failure = (struct launch_failure){.stage = STAGE_RESOURCES, .error = -pid};
        return -1;
    }
    if (child_failure.stage == STAGE_NONE)
        return pid;
    *failure = (struct launch_failure){child_failure.stage, child_failure.error};
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return -1;
}

void gate_hold(pid_t pid)
{
    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL);
}

void gate_open(pid_t pid)
{
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
}
