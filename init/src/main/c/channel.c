#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    READ_BYTES = 64 * 1024,
    /* An agent that reads nothing for so long is cut off; the next list tells it all. */
    UNSENT_BYTES_MAX = 64 * 1024 * 1024,
    HEADER_BYTES = 4,
};

static char socket_path[sizeof((struct sockaddr_un *)0)->sun_path];
static char lock_path[sizeof socket_path + sizeof ".lock"];
static int directory_fd = AT_FDCWD; /* the paths may lead elsewhere in a tenant's mounts */
static int lock_fd = -1;
static int listen_fd = -1;
static int agent_fd = -1;
static int polled_by = -1;
static bool waiting_to_write;
static bool subscribed;
static struct buffer in;
static struct buffer out;
static size_t event_start;

/* A dying holder removes the lock file: a lock on a removed file is worth nothing, so look again. */
static int take_lock(void)
{
    for (;;) {
        int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int error = errno == EWOULDBLOCK ? EADDRINUSE : errno;
            close(fd);
            errno = error;
            return -1;
        }
        struct stat held, named;
        if (fstat(fd, &held) == 0 && stat(lock_path, &named) == 0 && held.st_ino == named.st_ino)
            return fd;
        close(fd);
    }
}

int channel_listen(const char *path)
{
    if (strlen(path) >= sizeof socket_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(socket_path, path);
    snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    char directory[sizeof socket_path];
    strcpy(directory, path);
    char *last = strrchr(directory, '/');
    if (last != NULL)
        last[1] = '\0';
    directory_fd = open(last == NULL ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lock_fd = take_lock();
    if (lock_fd < 0)
        return -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    unlink(path);
    listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listen_fd < 0 || bind(listen_fd, (struct sockaddr *)&address, sizeof address) != 0
        || listen(listen_fd, 8) != 0)
        return -1;
    return listen_fd;
}

void channel_remove_beside(const char *suffix)
{
    char name[sizeof lock_path];
    const char *last = strrchr(socket_path, '/');
    snprintf(name, sizeof name, "%s%s", last == NULL ? socket_path : last + 1, suffix);
    unlinkat(directory_fd, name, 0);
}

void channel_remove(void)
{
    channel_remove_beside("");
    channel_remove_beside(".lock");
}

bool channel_connected(void)
{
    return agent_fd >= 0;
}

int channel_fd(void)
{
    return agent_fd;
}

static void disconnect(void)
{
    close(agent_fd);
    agent_fd = -1;
    subscribed = false;
    waiting_to_write = false;
    buffer_clear(&in);
    buffer_clear(&out);
}

void channel_accept(int epoll_fd)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0
        || (peer.uid != geteuid() && peer.uid != 0)) {
        close(fd);
        return;
    }
    if (channel_connected())
        disconnect();
    agent_fd = fd;
    polled_by = epoll_fd;
    struct epoll_event readable = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &readable);
}

static bool handle_frames(request_handler *handle)
{
    while (buffer_size(&in) >= HEADER_BYTES) {
        struct reader frame = {.at = in.bytes + in.start, .end = in.bytes + in.end};
        uint32_t length = get_u32(&frame);
        if (length > FRAME_BYTES_MAX)
            return false;
        if ((size_t)(frame.end - frame.at) < length)
            return true;
        frame.end = frame.at + length;
        uint8_t version = get_u8(&frame);
        enum request_type type = get_u8(&frame);
        if (frame.bad || version != PROTOCOL_VERSION || !handle(type, &frame))
            return false;
        buffer_consume(&in, HEADER_BYTES + length);
        /* The answer to one request doesn't wait for the launches that follow it. */
        channel_flush();
        if (!channel_connected())
            return true;
    }
    return true;
}

void channel_readable(request_handler *handle)
{
    uint8_t *room = buffer_room(&in, READ_BYTES);
    ssize_t count = read(agent_fd, room, READ_BYTES);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count > 0)
        in.end += (size_t)count;
    if (count <= 0 || !handle_frames(handle))
        disconnect();
}

static void wait_to_write(bool wanted)
{
    if (wanted == waiting_to_write)
        return;
    waiting_to_write = wanted;
    struct epoll_event events = {.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.fd = agent_fd};
    epoll_ctl(polled_by, EPOLL_CTL_MOD, agent_fd, &events);
}

void channel_flush(void)
{
    while (channel_connected() && buffer_size(&out) > 0) {
        ssize_t count = send(agent_fd, out.bytes + out.start, buffer_size(&out), MSG_NOSIGNAL);
        if (count > 0) {
            buffer_consume(&out, (size_t)count);
        } else if (errno != EAGAIN || buffer_size(&out) > UNSENT_BYTES_MAX) {
            disconnect();
            return;
        } else {
            wait_to_write(true);
            return;
        }
    }
    if (channel_connected())
        wait_to_write(false);
}

void channel_subscribe(void)
{
    subscribed = true;
}

bool channel_subscribed(void)
{
    return channel_connected() && subscribed;
}

struct buffer *event_begin(enum event_type type)
{
    event_start = buffer_size(&out);
    put_u32(&out, 0);
    put_u8(&out, PROTOCOL_VERSION);
    put_u8(&out, type);
    return &out;
}

void event_end(void)
{
    uint8_t *header = out.bytes + out.start + event_start;
    uint32_t length = (uint32_t)(buffer_size(&out) - event_start - HEADER_BYTES);
    for (int i = 0; i < HEADER_BYTES; i++)
        header[i] = (uint8_t)(length >> (8 * (HEADER_BYTES - 1 - i)));
}
