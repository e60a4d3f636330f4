#include "connection.h"

#include "socket.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    RESPONSE_FAILED = 2,
    KIND_FAILED = 1,
    KIND_WRONG = 2,
    KIND_UNREACHABLE = 3,
    KIND_REFUSED = 4,
    FIRST_PAUSE_MILLIS = 20,
    LONGEST_PAUSE_MILLIS = 500,
    PATH_MAX_BYTES = 4200,
    READ_BYTES = 1 << 16,
};

#define NEVER INT64_MAX

struct nefele {
    int fd; /* -1: the agent is away */
    char *socket;
    char reason[512];
    uint32_t number;
    /* What was read of frames that are not complete. */
    unsigned char *incoming;
    size_t have;
    size_t capacity;
    /* The request whose answer is not waited for, to be sent again to an agent that was restarted. */
    struct writer later;
    uint32_t later_number;
    struct answer later_answer;
    bool later_came;
};

static _Thread_local char reason_without_connection[512];

static int64_t now_millis(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int nefele_fail(struct nefele *fabric, int error, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(fabric ? fabric->reason : reason_without_connection, sizeof fabric->reason, reason,
              arguments);
    va_end(arguments);
    errno = error;
    return -1;
}

static int no_memory(struct nefele *fabric)
{
    return nefele_fail(fabric, ENOMEM, "no memory");
}

struct nefele *nefele_connect(const char *socket)
{
    char path[PATH_MAX_BYTES];
    int fd;
    if (socket) {
        snprintf(path, sizeof path, "%s", socket);
        fd = nefele_dial(path);
    } else {
        fd = nefele_dial_any(path, sizeof path);
    }
    if (fd < 0) {
        int error = errno == ENAMETOOLONG ? EINVAL : ECONNREFUSED;
        nefele_fail(NULL, error, "no agent at %s: %s; start one with 'nefele up 1'", path,
                    strerror(errno));
        return NULL;
    }
    struct nefele *fabric = calloc(1, sizeof *fabric);
    char *copy = strdup(path);
    if (!fabric || !copy) {
        free(fabric);
        free(copy);
        close(fd);
        no_memory(NULL);
        return NULL;
    }
    fabric->fd = fd;
    fabric->socket = copy;
    return fabric;
}

static void forget(struct nefele *fabric)
{
    if (fabric->fd >= 0) {
        close(fabric->fd);
        fabric->fd = -1;
    }
    fabric->have = 0;
}

void nefele_close(struct nefele *fabric)
{
    if (fabric) {
        forget(fabric);
        writer_free(&fabric->later);
        free(fabric->later_answer.body);
        free(fabric->incoming);
        free(fabric->socket);
        free(fabric);
    }
}

const char *nefele_reason(const struct nefele *fabric)
{
    return fabric ? fabric->reason : reason_without_connection;
}

int nefele_fd(const struct nefele *fabric)
{
    return fabric->fd;
}

/* Waits until the socket can be read or written. */
static bool await_socket(struct nefele *fabric, short events, int64_t deadline)
{
    for (;;) {
        struct pollfd poller = {.fd = fabric->fd, .events = events};
        int64_t left = deadline == NEVER ? -1 : deadline - now_millis();
        if (deadline != NEVER && left < 0) {
            left = 0;
        }
        int ready = poll(&poller, 1, left > INT32_MAX ? INT32_MAX : (int)left);
        if (ready > 0) {
            return true;
        }
        if (ready < 0 ? errno != EINTR : deadline != NEVER && now_millis() >= deadline) {
            errno = ETIMEDOUT;
            return false;
        }
    }
}

/* Fails with ETIMEDOUT, or else the connection is lost. */
static bool send_all(struct nefele *fabric, const struct writer *request, int64_t deadline)
{
    for (size_t sent = 0; sent < request->size;) {
        ssize_t more = send(fabric->fd, request->bytes + sent, request->size - sent,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (more >= 0) {
            sent += (size_t)more;
        } else if (errno == EAGAIN) {
            if (!await_socket(fabric, POLLOUT, deadline)) {
                return false;
            }
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static uint32_t number_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Reads what is there. 1: something, 0: nothing, -1: the connection is lost. */
static int read_some(struct nefele *fabric)
{
    if (fabric->capacity - fabric->have < READ_BYTES) {
        size_t capacity = 2 * fabric->capacity + READ_BYTES;
        unsigned char *bytes = realloc(fabric->incoming, capacity);
        if (!bytes) {
            errno = ENOMEM;
            return -1;
        }
        fabric->incoming = bytes;
        fabric->capacity = capacity;
    }
    ssize_t more = recv(fabric->fd, fabric->incoming + fabric->have,
                        fabric->capacity - fabric->have, MSG_DONTWAIT);
    if (more > 0) {
        fabric->have += (size_t)more;
        return 1;
    }
    if (more < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    errno = ECONNRESET;
    return -1;
}

/*
 * Takes the first complete frame out of what was read. 1: there is one, 0: none, -1: it is none of this
 * protocol, or no memory.
 */
static int next_frame(struct nefele *fabric, uint32_t *number, struct answer *answer)
{
    if (fabric->have < 4) {
        return 0;
    }
    size_t length = number_at(fabric->incoming);
    if (length < 6 || length > NEFELE_FRAME_MAX
        || (fabric->have > 4 && fabric->incoming[4] != NEFELE_VERSION)) {
        errno = EPROTO;
        return -1;
    }
    if (fabric->have < 4 + length) {
        return 0;
    }
    size_t size = length - 6;
    *answer = (struct answer){.type = fabric->incoming[5], .body = malloc(size + 1)};
    if (!answer->body) {
        errno = ENOMEM;
        return -1;
    }
    *number = number_at(fabric->incoming + 6);
    memcpy(answer->body, fabric->incoming + NEFELE_HEADER_BYTES, size);
    answer->in = (struct reader){.bytes = answer->body, .size = size};
    fabric->have -= 4 + length;
    memmove(fabric->incoming, fabric->incoming + 4 + length, fabric->have);
    return 1;
}

/* The answer to a request if it has been read; keeps the one that is not waited for. As next_frame(). */
static int find_answer(struct nefele *fabric, uint32_t wanted, struct answer *answer)
{
    for (;;) {
        uint32_t number;
        int found = next_frame(fabric, &number, answer);
        if (found <= 0 || number == wanted) {
            return found;
        }
        if (number == fabric->later_number && fabric->later.size > 0 && !fabric->later_came) {
            fabric->later_answer = *answer;
            fabric->later_came = true;
        } else {
            /* Of a request that was given up. */
            free(answer->body);
        }
    }
}

static bool await_answer(struct nefele *fabric, uint32_t wanted, int64_t deadline,
                         struct answer *answer)
{
    for (;;) {
        int found = find_answer(fabric, wanted, answer);
        if (found != 0) {
            return found > 0;
        }
        if (!await_socket(fabric, POLLIN, deadline) || read_some(fabric) < 0) {
            return false;
        }
    }
}

static void pause_for(int millis)
{
    struct timespec time = {.tv_sec = millis / 1000, .tv_nsec = millis % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

static bool send_later(struct nefele *fabric, int64_t deadline)
{
    fabric->later_number = ++fabric->number;
    write_end(&fabric->later, fabric->later_number);
    return send_all(fabric, &fabric->later, deadline);
}

/* Connects again to an agent that was restarted. */
static int reconnect(struct nefele *fabric, int64_t deadline)
{
    int64_t give_up = now_millis() + NEFELE_PATIENCE_MILLIS;
    int64_t end = give_up < deadline ? give_up : deadline;
    for (int pause = FIRST_PAUSE_MILLIS;;
         pause = pause < LONGEST_PAUSE_MILLIS / 2 ? 2 * pause : LONGEST_PAUSE_MILLIS) {
        fabric->fd = nefele_dial(fabric->socket);
        if (fabric->fd >= 0) {
            if (fabric->later.size == 0 || fabric->later_came || send_later(fabric, deadline)) {
                return 0;
            }
            forget(fabric);
        }
        if (now_millis() + pause > end) {
            return nefele_fail(fabric, ECONNREFUSED,
                               "the agent at %s went away and has not come back", fabric->socket);
        }
        pause_for(pause);
    }
}

/* How much of a deadline is left, as a field of a request. */
static int32_t left_of(int64_t deadline)
{
    int64_t left = deadline == NEVER ? INT32_MAX : deadline - now_millis();
    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int32_t)left;
}

static void set_time(struct writer *request, int32_t millis)
{
    request->size -= 4;
    write_int32(request, millis);
}

/* Makes a failure of what the agent says. */
static int refused(struct nefele *fabric, struct answer *answer)
{
    int kind = read_int8(&answer->in);
    size_t size;
    const unsigned char *text = read_bytes(&answer->in, &size);
    int error = kind == KIND_FAILED        ? EIO
                : kind == KIND_WRONG       ? EINVAL
                : kind == KIND_UNREACHABLE ? ECONNREFUSED
                : kind == KIND_REFUSED     ? EACCES
                                           : ETIMEDOUT;
    nefele_fail(fabric, error, "%.*s", text ? (int)size : 0, text ? (const char *)text : "");
    free(answer->body);
    errno = error;
    return -1;
}

static int check_type(struct nefele *fabric, int type, struct answer *answer)
{
    if (answer->type == RESPONSE_FAILED) {
        return refused(fabric, answer);
    }
    if (answer->type != type) {
        int other = answer->type;
        free(answer->body);
        return nefele_fail(fabric, EPROTO, "the agent answered with type %d instead of %d", other,
                           type);
    }
    return 0;
}

/* What a request that got no answer failed of; the connection is of no more use. */
static int lost(struct nefele *fabric, int error)
{
    if (error == EPROTO) {
        return nefele_fail(fabric, EPROTO,
                           "the agent at %s speaks another version of the protocol than %d",
                           fabric->socket, NEFELE_VERSION);
    }
    return error == ENOMEM ? no_memory(fabric)
                           : nefele_fail(fabric, ECONNRESET,
                                         "the agent went away; it may have done this or not");
}

int nefele_ask(struct nefele *fabric, struct writer *request, enum repeat repeat, bool timed,
               int timeout, int type, struct answer *answer)
{
    int64_t due = timeout < 0 ? NEVER : now_millis() + timeout;
    int64_t deadline = due == NEVER ? NEVER : due + NEFELE_GRACE_MILLIS;
    int result;
    for (;;) {
        if (request->failed) {
            result = nefele_fail(fabric, EINVAL, "a message has at most %d bytes (64 MiB), and the "
                                 "rest of a request fits into 1 MiB; or no memory",
                                 NEFELE_MESSAGE_MAX);
            break;
        }
        if (fabric->fd < 0 && reconnect(fabric, deadline) < 0) {
            result = -1;
            break;
        }
        if (timed) {
            set_time(request, left_of(due));
        }
        uint32_t number = ++fabric->number;
        write_end(request, number);
        if (send_all(fabric, request, deadline)
            && await_answer(fabric, number, deadline, answer)) {
            result = check_type(fabric, type, answer);
            break;
        }
        int error = errno;
        if (error == ETIMEDOUT) {
            /* Half a request may be on its way: this connection can't be gone on with. */
            forget(fabric);
            result = nefele_fail(fabric, ETIMEDOUT, "the agent at %s does not answer",
                                 fabric->socket);
            break;
        }
        forget(fabric);
        if (repeat == ONCE || error == EPROTO || error == ENOMEM) {
            result = lost(fabric, error);
            break;
        }
    }
    int error = errno;
    writer_free(request);
    errno = error;
    return result;
}

int nefele_ask_untimed(struct nefele *fabric, struct writer *request, enum repeat repeat, int type,
                       struct answer *answer)
{
    return nefele_ask(fabric, request, repeat, false, NEFELE_PATIENCE_MILLIS, type, answer);
}

int nefele_answered(struct nefele *fabric, struct answer *answer)
{
    bool complete = read_ended(&answer->in);
    bool memory = !answer->in.no_memory;
    free(answer->body);
    answer->body = NULL;
    if (complete) {
        return 0;
    }
    return memory ? nefele_fail(fabric, EPROTO, "the agent's answer is damaged")
                  : no_memory(fabric);
}

bool nefele_has_later(const struct nefele *fabric)
{
    return fabric->later.size > 0;
}

int nefele_ask_later(struct nefele *fabric, struct writer *request)
{
    if (request->failed) {
        writer_free(request);
        return no_memory(fabric);
    }
    fabric->later = *request;
    fabric->later_came = false;
    int64_t deadline = now_millis() + NEFELE_PATIENCE_MILLIS;
    if (fabric->fd >= 0) {
        if (send_later(fabric, deadline)) {
            return 0;
        }
        forget(fabric);
    }
    if (reconnect(fabric, deadline) < 0) {
        int error = errno;
        writer_free(&fabric->later);
        errno = error;
        return -1;
    }
    return 0;
}

int nefele_answer_of_later(struct nefele *fabric, int type, struct answer *answer)
{
    while (!fabric->later_came) {
        if (fabric->fd < 0) {
            return reconnect(fabric, NEVER);
        }
        int found = find_answer(fabric, fabric->later_number, answer);
        if (found > 0) {
            fabric->later_answer = *answer;
            fabric->later_came = true;
        } else if (found < 0) {
            int error = errno;
            forget(fabric);
            return lost(fabric, error);
        } else {
            int more = read_some(fabric);
            if (more == 0) {
                return 0;
            }
            if (more < 0) {
                forget(fabric);
            }
        }
    }
    *answer = fabric->later_answer;
    fabric->later_answer = (struct answer){0};
    fabric->later_came = false;
    writer_free(&fabric->later);
    return check_type(fabric, type, answer) < 0 ? -1 : 1;
}
