#include "attach.h"

#include "events.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum {
    COPY_BYTES = 16 * 1024,
    END_OF_INPUT = 4, /* as typed at a terminal */
};

struct attachment {
    uint64_t token;
    int fd;     /* the pipe's writing end, or our side of the terminal; -1: closed */
    int out_fd; /* the file that gets what the terminal shows; -1: it is a pipe */
    bool last;
    bool watched_for_room;
    uint64_t taken;
    struct buffer pending;
    struct attachment *next;
};

static struct attachment *attachments;
static int watcher;
static int start_fd;

void attach_prepare(int epoll_fd, int logs_fd)
{
    watcher = epoll_fd;
    start_fd = logs_fd;
}

static struct attachment *add(int fd, int out_fd)
{
    struct attachment *attachment = allocate(1, sizeof *attachment);
    attachment->fd = fd;
    attachment->out_fd = out_fd;
    attachment->next = attachments;
    attachments = attachment;
    return attachment;
}

struct attachment *attach_pipe(struct attachment_ends *ends)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) != 0)
        return NULL;
    fcntl(pipe_fds[1], F_SETFL, O_NONBLOCK);
    *ends = (struct attachment_ends){.input = pipe_fds[0], .terminal = -1};
    return add(pipe_fds[1], -1);
}

struct attachment *attach_terminal(const char *out, uint16_t rows, uint16_t columns,
                                   struct attachment_ends *ends)
{
    int ours = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    int file = openat(start_fd, out, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC, 0640);
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    int theirs = -1;
    if (ours >= 0 && file >= 0 && unlockpt(ours) == 0)
        theirs = ioctl(ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (theirs < 0 || ioctl(ours, TIOCSWINSZ, &size) != 0) {
        int error = errno;
        close(ours);
        close(file);
        close(theirs);
        errno = error;
        return NULL;
    }
    *ends = (struct attachment_ends){.input = -1, .terminal = theirs};
    return add(ours, file);
}

void attach_close_ends(struct attachment_ends *ends)
{
    if (ends->input >= 0)
        close(ends->input);
    if (ends->terminal >= 0)
        close(ends->terminal);
}

static void watch_for(struct attachment *attachment, bool room)
{
    struct epoll_event events = {.data.fd = attachment->fd};
    events.events = (attachment->out_fd >= 0 ? EPOLLIN : 0) | (room ? EPOLLOUT : 0);
    epoll_ctl(watcher, EPOLL_CTL_MOD, attachment->fd, &events);
    attachment->watched_for_room = room;
}

void attach_begin(struct attachment *attachment, uint64_t token)
{
    attachment->token = token;
    struct epoll_event events = {.data.fd = attachment->fd};
    events.events = attachment->out_fd >= 0 ? EPOLLIN : 0;
    epoll_ctl(watcher, EPOLL_CTL_ADD, attachment->fd, &events);
}

static void close_input(struct attachment *attachment)
{
    if (attachment->fd >= 0)
        close(attachment->fd);
    attachment->fd = -1;
    buffer_clear(&attachment->pending);
}

/* What a terminal shows is shown by its file: a full disk loses output and stops nobody. */
static bool copy_output(struct attachment *attachment)
{
    uint8_t bytes[COPY_BYTES];
    ssize_t count = read(attachment->fd, bytes, sizeof bytes);
    if (count <= 0)
        return count < 0 && (errno == EAGAIN || errno == EINTR);
    ssize_t written = write(attachment->out_fd, bytes, (size_t)count);
    (void)written;
    return true;
}

void attach_end(struct attachment *attachment)
{
    if (attachment == NULL)
        return;
    if (attachment->out_fd >= 0) {
        int unread = 1;
        while (attachment->fd >= 0 && ioctl(attachment->fd, FIONREAD, &unread) == 0 && unread > 0
               && copy_output(attachment))
            continue;
        close(attachment->out_fd);
    }
    close_input(attachment);
    struct attachment **link = &attachments;
    while (*link != attachment)
        link = &(*link)->next;
    *link = attachment->next;
    free(attachment->pending.bytes);
    free(attachment);
}

static void finish_input(struct attachment *attachment)
{
    if (!attachment->last)
        return;
    attachment->last = false;
    if (attachment->out_fd < 0)
        close_input(attachment);
    else if (write(attachment->fd, &(char){END_OF_INPUT}, 1) < 0)
        attachment->last = true;
}

static void pour(struct attachment *attachment)
{
    struct buffer *pending = &attachment->pending;
    while (buffer_size(pending) > 0) {
        ssize_t count = write(attachment->fd, pending->bytes + pending->start, buffer_size(pending));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN) {
            if (!attachment->watched_for_room)
                watch_for(attachment, true);
            return;
        }
        if (count < 0) {
            close_input(attachment);
            break;
        }
        attachment->taken += (uint64_t)count;
        buffer_consume(pending, (size_t)count);
    }
    if (attachment->fd >= 0 && attachment->watched_for_room)
        watch_for(attachment, false);
    if (attachment->fd >= 0)
        finish_input(attachment);
    tell_taken(attachment->token, attachment->taken, attachment->fd < 0);
}

void attach_feed(struct attachment *attachment, uint64_t offset, const uint8_t *bytes,
                 size_t length, bool last)
{
    uint64_t known = attachment->taken + buffer_size(&attachment->pending);
    if (attachment->fd >= 0 && offset <= known && offset + length >= known) {
        size_t skipped = (size_t)(known - offset);
        if (length > skipped) {
            memcpy(buffer_room(&attachment->pending, length - skipped), bytes + skipped,
                   length - skipped);
            attachment->pending.end += length - skipped;
        }
        attachment->last |= last;
    }
    pour(attachment);
}

void attach_resize(struct attachment *attachment, uint16_t rows, uint16_t columns)
{
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    if (attachment->out_fd >= 0 && attachment->fd >= 0)
        ioctl(attachment->fd, TIOCSWINSZ, &size);
}

bool attach_ready(int fd)
{
    struct attachment *attachment = attachments;
    while (attachment != NULL && attachment->fd != fd)
        attachment = attachment->next;
    if (attachment == NULL)
        return false;
    if (attachment->out_fd >= 0 && !copy_output(attachment)) {
        /* Nobody has the terminal open any more. */
        close_input(attachment);
        return true;
    }
    if (attachment->watched_for_room)
        pour(attachment);
    else if (attachment->out_fd < 0)
        close_input(attachment); /* only its end is told unasked: nobody reads the pipe */
    return true;
}
