/*
 * nefele-init: the parent of a tenant's processes on a server. It is small and does little, so
 * that it can stay while agents come, crash and go: it launches what the agent asks for, reaps,
 * and remembers each exit until an agent has taken it in.
 */
#include "attach.h"
#include "cgroup.h"
#include "channel.h"
#include "events.h"
#include "isolate.h"
#include "launch.h"
#include "outputs.h"
#include "probe.h"
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum exit_code {
    EXIT_READY = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_IN_USE = 3, /* a living init has the socket */
};

enum {
    EVENTS_AT_ONCE = 8,
    LOOK_MILLIS = 1000,
    LOOK_MICROS = LOOK_MILLIS * 1000,
};

struct options {
    const char *socket;
    const char *logs;
    const char *cgroup; /* NULL: none */
    struct sandbox sandbox;
    unsigned output_kib_max;
    unsigned linger_seconds; /* 0: stay for ever */
    unsigned grace_millis;
    enum isolation weakest;
    enum isolation strongest;
};

static const char CGROUP_LIST_SUFFIX[] = ".cgroups";

static int signal_fd;
static int epoll_fd;
static pid_t outer_pid;
static enum isolation isolation;
static unsigned powers;

static const char *const isolation_names[] = {
    [ISOLATION_NONE] = "none",
    [ISOLATION_USERNS] = "userns",
    [ISOLATION_FULL] = "full",
};

static _Noreturn void give_up(const char *what, const char *which)
{
    fprintf(stderr, "nefele-init: %s %s: %s\n", what, which, strerror(errno));
    exit(errno == EADDRINUSE ? EXIT_IN_USE : EXIT_FAILED);
}

static _Noreturn void usage(void)
{
    fputs("usage: nefele-init --socket PATH --logs DIR [--isolate best|full|userns|none]\n"
          "                   [--linger SECONDS] [--grace MILLIS] [--cgroup NAME]\n"
          "                   [--output-max KIB] [--hide DIR] [--share DIR]...\n"
          "                   [--share-writable DIR]... [--network own|server]\n"
          "                   [--view PROGRAM]\n"
          "       nefele-init --try-port PORT\n",
          stderr);
    exit(EXIT_USAGE);
}

static unsigned number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value > 1000000000)
        usage();
    return (unsigned)value;
}

static void parse_isolation(const char *name, struct options *options)
{
    options->weakest = ISOLATION_NONE;
    options->strongest = ISOLATION_FULL;
    if (strcmp(name, "best") == 0)
        return;
    while (strcmp(name, isolation_names[options->strongest]) != 0)
        if (options->strongest-- == ISOLATION_NONE)
            usage();
    options->weakest = options->strongest;
}

static void add_share(const char *directory, bool writable, struct sandbox *sandbox)
{
    if (sandbox->share_count == SANDBOX_SHARES_MAX)
        usage();
    sandbox->writable[sandbox->share_count] = writable;
    sandbox->shares[sandbox->share_count++] = directory;
}

static void parse_network(const char *name, struct sandbox *sandbox)
{
    sandbox->own_network = strcmp(name, "own") == 0;
    if (!sandbox->own_network && strcmp(name, "server") != 0)
        usage();
}

static struct options parse(int argc, char **argv)
{
    static const struct option known[] = {
        {"socket", required_argument, NULL, 's'},
        {"logs", required_argument, NULL, 'l'},
        {"isolate", required_argument, NULL, 'i'},
        {"linger", required_argument, NULL, 'n'},
        {"grace", required_argument, NULL, 'g'},
        {"cgroup", required_argument, NULL, 'c'},
        {"hide", required_argument, NULL, 'h'},
        {"share", required_argument, NULL, 'r'},
        {"share-writable", required_argument, NULL, 'd'},
        {"network", required_argument, NULL, 'w'},
        {"view", required_argument, NULL, 'v'},
        {"output-max", required_argument, NULL, 'o'},
        {0},
    };
    struct options options = {.grace_millis = 2000, .sandbox.own_network = true};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (option) {
        case 's': options.socket = optarg; break;
        case 'l': options.logs = optarg; break;
        case 'i': parse_isolation(optarg, &options); break;
        case 'n': options.linger_seconds = number(optarg); break;
        case 'g': options.grace_millis = number(optarg); break;
        case 'c': options.cgroup = optarg; break;
        case 'h': options.sandbox.hide = optarg; break;
        case 'r': add_share(optarg, false, &options.sandbox); break;
        case 'd': add_share(optarg, true, &options.sandbox); break;
        case 'v': options.sandbox.view = optarg; break;
        case 'w': parse_network(optarg, &options.sandbox); break;
        case 'o': options.output_kib_max = number(optarg); break;
        default: usage();
        }
    }
    if (options.socket == NULL || options.logs == NULL || optind != argc)
        usage();
    return options;
}

/*
 * Children inherit dispositions, so none may be ignored here; everything is blocked instead. The
 * system call, because the library refuses to touch the two signals it keeps for threads.
 */
static void take_signals(void)
{
    static const char by_default[64];
    for (int signal_number = 1; signal_number <= SIGRTMAX; signal_number++)
        syscall(SYS_rt_sigaction, signal_number, by_default, NULL, _NSIG / 8);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    signal_fd = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* The last to be killed when memory is short; its children start from where it started. */
static const char *shield_from_oom_killer(void)
{
    static char inherited[16];
    if (geteuid() != 0)
        return NULL;
    int file = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, inherited, sizeof inherited - 1);
    bool shielded = length > 0 && pwrite(file, "-1000", 5, 0) == 5;
    close(file);
    return shielded ? inherited : NULL;
}

static void remove_cgroups(void)
{
    cgroups_close();
    channel_remove_beside(CGROUP_LIST_SUFFIX);
}

/* The process that was called ends here, with success: whoever waits for it knows that we listen. */
static void detach(int logs_fd, const struct options *options)
{
    pid_t pid;
    for (isolation = options->strongest;; isolation--) {
        pid = isolated_fork(isolation, &options->sandbox, &outer_pid);
        if (pid >= 0)
            break;
        if (isolation == options->weakest) {
            int error = errno;
            if (options->cgroup != NULL)
                remove_cgroups();
            channel_remove();
            errno = error;
            give_up("can't start with isolation", isolation_names[isolation]);
        }
    }
    if (pid > 0) {
        printf("ready %d %s\n", (int)pid, isolation_names[isolation]);
        exit(EXIT_READY);
    }
    setsid();
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int log = openat(logs_fd, "nefele-init.log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(log >= 0 ? log : null, STDERR_FILENO);
    close(null);
    close(log);
    if (chdir("/") != 0)
        give_up("can't enter", "/");
}

static void watch(int fd)
{
    struct epoll_event readable = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &readable);
}

static void read_signals(const struct options *options)
{
    struct signalfd_siginfo info;
    while (read(signal_fd, &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGCHLD)
            supervise_close(options->grace_millis);
    supervise_reap();
}

static void handle(const struct epoll_event *event, int listen_fd, const struct options *options)
{
    if (event->data.fd == signal_fd) {
        read_signals(options);
    } else if (event->data.fd == listen_fd) {
        channel_accept(epoll_fd);
        if (channel_connected())
            tell_hello(outer_pid, isolation, powers);
    } else if (event->data.fd == channel_fd()) {
        if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            channel_readable(supervise_request);
    } else {
        attach_ready(event->data.fd);
    }
    channel_flush();
}

static time_t monotonic_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* Milliseconds until something has to be done unasked; -1: never, 0: it is time to end. */
static int patience_millis(const struct options *options)
{
    static time_t idle_since;
    if (supervise_closing())
        return supervise_childless() ? 0 : supervise_close_on();
    if (!supervise_childless()) {
        idle_since = 0;
        return LOOK_MILLIS;
    }
    if (options->linger_seconds == 0 || channel_connected()) {
        idle_since = 0;
        return -1;
    }
    if (idle_since == 0)
        idle_since = monotonic_seconds();
    time_t left = idle_since + (time_t)options->linger_seconds - monotonic_seconds();
    return left <= 0 ? 0 : (int)left * 1000;
}

/* Once a second at most, however much happens. */
static void look_now_and_then(void)
{
    static uint64_t last_micros;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t micros = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    if (micros - last_micros < LOOK_MICROS)
        return;
    last_micros = micros;
    supervise_look();
}

static void serve(int listen_fd, const struct options *options)
{
    watch(listen_fd);
    watch(signal_fd);
    for (int millis; (millis = patience_millis(options)) != 0;) {
        struct epoll_event events[EVENTS_AT_ONCE];
        int count = epoll_wait(epoll_fd, events, EVENTS_AT_ONCE, millis);
        for (int i = 0; i < count; i++)
            handle(&events[i], listen_fd, options);
        look_now_and_then();
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--try-port") == 0)
        return probe_port(number(argv[2]));
    struct options options = parse(argc, argv);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    take_signals();
    mode_t inherited_umask = umask(077);
    int logs_fd = open(options.logs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (logs_fd < 0)
        give_up("can't open the directory", options.logs);
    int program_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (program_fd < 0)
        give_up("can't open", "/proc/self/exe");
    int listen_fd = channel_listen(options.socket);
    if (listen_fd < 0)
        give_up("can't listen on", options.socket);
    if (options.cgroup != NULL) {
        char list[PATH_MAX];
        snprintf(list, sizeof list, "%s%s", options.socket, CGROUP_LIST_SUFFIX);
        powers = cgroups_open(options.cgroup, list);
    }
    detach(logs_fd, &options);

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    launch_prepare(&(struct launch_defaults){
        .logs_fd = logs_fd,
        .program_fd = program_fd,
        .umask = inherited_umask,
        .oom_score_adj = shield_from_oom_killer(),
    });
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    attach_prepare(epoll_fd, logs_fd);
    outputs_prepare(logs_fd, (uint64_t)options.output_kib_max * 1024);
    serve(listen_fd, &options);
    if (options.cgroup != NULL)
        remove_cgroups();
    channel_remove();
    return 0;
}
