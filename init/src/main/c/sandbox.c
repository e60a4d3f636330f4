#include "sandbox.h"

#include "view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char TMP[] = "/tmp";
static int server_tmp = -1; /* the server's /tmp, seen by the init alone */

static bool mount_tmpfs(const char *place, unsigned long flags, const char *options)
{
    return mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV | flags, options) == 0;
}

/* `path` and what stands above it; what is there already is left as it is. */
static bool make_path(const char *path)
{
    char part[PATH_MAX];
    if (strlen(path) >= sizeof part) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (const char *end = path; *end != '\0';) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        memcpy(part, path, (size_t)(end - path));
        part[end - path] = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static bool make_file(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    close(file);
    return true;
}

static const char *path_of(int fd, char path[32])
{
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return path;
}

static bool bind_at(int fd, const char *place)
{
    char source[32];
    return mount(path_of(fd, source), place, NULL, MS_BIND | MS_REC, NULL) == 0;
}

/* With all that is mounted below it; older kernels know no such call, and other flags must stay. */
static bool make_read_only(const char *place)
{
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    return syscall(SYS_mount_setattr, AT_FDCWD, place, AT_RECURSIVE, &attributes, sizeof attributes)
               == 0
           || errno == ENOENT;
}

/* Nodes that are no way to the server's hardware. */
static bool mount_devices(void)
{
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
    static const char *const links[][2] = {
        {"/proc/self/fd", "/dev/fd"},
        {"/proc/self/fd/0", "/dev/stdin"},
        {"/proc/self/fd/1", "/dev/stdout"},
        {"/proc/self/fd/2", "/dev/stderr"},
        {"pts/ptmx", "/dev/ptmx"},
    };
    int server = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (server < 0 || mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "mode=755") != 0)
        return false;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        char place[32];
        snprintf(place, sizeof place, "/dev/%s", nodes[i]);
        int node = openat(server, nodes[i], O_PATH | O_CLOEXEC);
        bool bound = node >= 0 && make_file(place) && bind_at(node, place);
        close(node);
        if (!bound)
            return false;
    }
    close(server);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (symlink(links[i][0], links[i][1]) != 0)
            return false;
    return mkdir("/dev/pts", 0755) == 0 && mkdir("/dev/shm", 0777) == 0
           && mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
                    "newinstance,ptmxmode=0666,mode=620")
                  == 0
           && mount_tmpfs("/dev/shm", 0, "mode=1777");
}

/* Files through which root could change the server, or read its memory. */
static bool protect_kernel(void)
{
    static const char *const read_only[] = {
        "/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs",
    };
    for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) {
        if (mount(read_only[i], read_only[i], NULL, MS_BIND | MS_REC, NULL) != 0) {
            if (errno == ENOENT)
                continue;
            return false;
        }
        if (!make_read_only(read_only[i]))
            return false;
    }
    if (access("/proc/kcore", F_OK) == 0
        && mount("/dev/null", "/proc/kcore", NULL, MS_BIND, NULL) != 0)
        return false;
    if (access("/sys/fs/cgroup", F_OK) == 0 && !mount_tmpfs("/sys/fs/cgroup", MS_RDONLY, "mode=555"))
        return false;
    return make_read_only("/sys");
}

/* Opened before the mounts that hide them. */
struct opened {
    int shares[SANDBOX_SHARES_MAX];
    int view;
};

static bool show_shares(const struct sandbox *sandbox, const struct opened *opened)
{
    for (unsigned i = 0; i < sandbox->share_count; i++) {
        if (opened->shares[i] < 0)
            continue;
        if (!make_path(sandbox->shares[i]) || !bind_at(opened->shares[i], sandbox->shares[i])
            || (!sandbox->writable[i] && !make_read_only(sandbox->shares[i])))
            return false;
        close(opened->shares[i]);
    }
    return true;
}

static bool raise_loopback(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    struct ifreq loopback = {.ifr_flags = IFF_UP | IFF_RUNNING};
    strcpy(loopback.ifr_name, "lo");
    bool raised = ioctl(fd, SIOCSIFFLAGS, &loopback) == 0;
    close(fd);
    return raised;
}

bool sandbox_make(const struct sandbox *sandbox)
{
    struct opened opened;
    for (unsigned i = 0; i < sandbox->share_count; i++)
        opened.shares[i] = open(sandbox->shares[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
    opened.view = sandbox->view == NULL ? -1 : open(sandbox->view, O_PATH | O_CLOEXEC);
    server_tmp = open(TMP, O_PATH | O_DIRECTORY | O_CLOEXEC);
    /* Mounts of the server still come in, ours don't go out. */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0
        || mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0
        || !mount_devices() || !mount_tmpfs(TMP, 0, "mode=1777") || !protect_kernel())
        return false;
    bool hidden = sandbox->hide != NULL;
    if (hidden && (!make_path(sandbox->hide) || !mount_tmpfs(sandbox->hide, 0, "mode=755")))
        return false;
    if (!show_shares(sandbox, &opened) || (opened.view >= 0 && !view_install(opened.view)))
        return false;
    close(opened.view);
    if (hidden && mount(NULL, sandbox->hide, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) != 0)
        return false;
    return !sandbox->own_network || raise_loopback();
}

void sandbox_show(const char *directory)
{
    size_t length = strlen(TMP);
    struct stat there;
    if (server_tmp < 0 || strncmp(directory, TMP, length) != 0 || directory[length] != '/'
        || strstr(directory, "/../") != NULL || stat(directory, &there) == 0)
        return;
    const char *below = directory + length + strspn(directory + length, "/");
    int source = *below == '\0' ? -1 : openat(server_tmp, below, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (source < 0)
        return;
    if (make_path(directory))
        bind_at(source, directory);
    close(source);
}

static bool is_kept(unsigned long capability)
{
    switch (capability) {
    case CAP_CHOWN:
    case CAP_DAC_OVERRIDE:
    case CAP_FOWNER:
    case CAP_FSETID:
    case CAP_KILL:
    case CAP_SETGID:
    case CAP_SETUID:
    case CAP_SETPCAP:
    case CAP_NET_BIND_SERVICE:
    case CAP_NET_RAW:
    case CAP_SYS_CHROOT:
    case CAP_AUDIT_WRITE:
    case CAP_SETFCAP:
        return true;
    }
    return false;
}

void sandbox_bound_privileges(void)
{
    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        if (!is_kept(capability))
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}
