/*
 * nefele-netdelay: makes links between the servers of a local fabric slow. It stands between ports
 * of agents and the bridge that ties them, in the bridge's network namespace, and keeps what an
 * agent sends to given addresses for a given time. (The kernels this is for have no netem.)
 *
 * Usage: nefele-netdelay RULES-FILE
 * Each line of the file is a port and where its frames go on, "link PORT INNER", or a delay of what
 * came in at the port of the last link, "delay IPV4 MICROSECONDS". It is in the background once it
 * forwards, and ends when one of its interfaces does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    FRAME_MAX = 1 << 17, /* with segmentation left to the device, frames pass the MTU by far */
    QUEUE_MAX = 1 << 16,
    FRAMES_AT_ONCE = 64,
    EVENTS_AT_ONCE = 32,
    RECEIVE_BUFFER = 8 << 20,
    VNET_BYTES = sizeof(struct virtio_net_hdr),
};

struct delay {
    in_addr_t to;
    int64_t nanos;
};

/* One direction: frames that come in at one interface and go out at another. */
struct way {
    int in;
    int out;
    struct delay *delays;
    size_t delay_count;
};

struct waiting {
    int64_t due;
    uint64_t order; /* frames of one way and delay stay in order */
    int out;
    size_t length;
    unsigned char *frame;
};

static struct waiting queue[QUEUE_MAX];
static size_t queued;
static uint64_t order;
static int epoll_fd;

static _Noreturn void give_up(const char *what, const char *which)
{
    fprintf(stderr, "nefele-netdelay: %s %s: %s\n", what, which, strerror(errno));
    exit(1);
}

static _Noreturn void bad_rule(const char *line)
{
    fprintf(stderr, "nefele-netdelay: not a rule: %s\n", line);
    exit(2);
}

static void *grown(void *array, size_t bytes)
{
    void *larger = realloc(array, bytes);
    if (larger == NULL)
        give_up("allocate", "memory");
    return larger;
}

static int64_t now_nanos(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int open_interface(const char *name)
{
    int on = 1;
    int buffer = RECEIVE_BUFFER;
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = (int)if_nametoindex(name),
    };
    if (address.sll_ifindex == 0)
        give_up("find", name);
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) < 0
        || setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) < 0
        || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) < 0
        || bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        give_up("listen at", name);
    return fd;
}

static struct way *add_way(int in, int out)
{
    struct way *way = grown(NULL, sizeof *way);
    *way = (struct way){.in = in, .out = out};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = way};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, in, &event) < 0)
        give_up("watch", "an interface");
    return way;
}

static void add_delay(struct way *way, in_addr_t to, int64_t nanos)
{
    way->delays = grown(way->delays, (way->delay_count + 1) * sizeof *way->delays);
    way->delays[way->delay_count++] = (struct delay){to, nanos};
}

static void read_rules(const char *path)
{
    FILE *rules = fopen(path, "re");
    if (rules == NULL)
        give_up("open", path);
    char line[128];
    struct way *outward = NULL;
    while (fgets(line, sizeof line, rules) != NULL) {
        char first[IF_NAMESIZE];
        char second[IF_NAMESIZE];
        struct in_addr to;
        long micros;
        if (sscanf(line, "link %15s %15s", first, second) == 2) {
            int port = open_interface(first);
            int inner = open_interface(second);
            outward = add_way(port, inner);
            add_way(inner, port);
        } else if (sscanf(line, "delay %15s %ld", first, &micros) == 2 && outward != NULL
                   && inet_pton(AF_INET, first, &to) == 1 && micros >= 0) {
            add_delay(outward, to.s_addr, micros * INT64_C(1000));
        } else {
            bad_rule(line);
        }
    }
    fclose(rules);
}

/* A heap, the first due at its root. */
static int before(const struct waiting *a, const struct waiting *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void swap(size_t a, size_t b)
{
    struct waiting kept = queue[a];
    queue[a] = queue[b];
    queue[b] = kept;
}

static void keep(int64_t due, int out, const unsigned char *frame, size_t length)
{
    unsigned char *copy = queued < QUEUE_MAX ? malloc(length) : NULL;
    if (copy == NULL)
        return; /* as a router with a full queue does */
    memcpy(copy, frame, length);
    size_t at = queued++;
    queue[at] = (struct waiting){due, order++, out, length, copy};
    while (at > 0 && before(&queue[at], &queue[(at - 1) / 2])) {
        swap(at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void remove_first(void)
{
    free(queue[0].frame);
    queue[0] = queue[--queued];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < queued; child++)
            if (before(&queue[child], &queue[least]))
                least = child;
        if (least == at)
            return;
        swap(at, least);
        at = least;
    }
}

static void end_if_gone(void)
{
    if (errno == ENODEV || errno == ENXIO || errno == ENETDOWN)
        exit(0);
}

static void pass_on(int out, const unsigned char *frame, size_t length)
{
    if (send(out, frame, length, 0) < 0)
        end_if_gone();
}

/* 0 for what is not IPv4, too: neighbours are looked up without delay. */
static int64_t delay_of(const struct way *way, const unsigned char *frame, size_t length)
{
    enum { TYPE = VNET_BYTES + 12, TO = VNET_BYTES + 30 };
    in_addr_t to;
    if (length < TO + sizeof to || frame[TYPE] != 0x08 || frame[TYPE + 1] != 0x00)
        return 0;
    memcpy(&to, frame + TO, sizeof to);
    for (size_t i = 0; i < way->delay_count; i++)
        if (way->delays[i].to == to)
            return way->delays[i].nanos;
    return 0;
}

static void forward(const struct way *way)
{
    static unsigned char frame[FRAME_MAX];
    for (int i = 0; i < FRAMES_AT_ONCE; i++) {
        ssize_t length = recv(way->in, frame, sizeof frame, 0);
        if (length < 0) {
            end_if_gone();
            return;
        }
        int64_t delay = delay_of(way, frame, (size_t)length);
        if (delay == 0)
            pass_on(way->out, frame, (size_t)length);
        else
            keep(now_nanos() + delay, way->out, frame, (size_t)length);
    }
}

static void pass_on_due(void)
{
    int64_t now = now_nanos();
    while (queued > 0 && queue[0].due <= now) {
        pass_on(queue[0].out, queue[0].frame, queue[0].length);
        remove_first();
    }
}

static int wait_for_frames(struct epoll_event *events)
{
    if (queued == 0)
        return epoll_wait(epoll_fd, events, EVENTS_AT_ONCE, -1);
    int64_t left = queue[0].due - now_nanos();
    if (left < 0)
        left = 0;
    struct timespec timeout = {left / 1000000000, left % 1000000000};
    return epoll_pwait2(epoll_fd, events, EVENTS_AT_ONCE, &timeout, NULL);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: nefele-netdelay RULES-FILE\n", stderr);
        return 2;
    }
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0)
        give_up("make", "an epoll");
    read_rules(argv[1]);
    if (daemon(0, 0) < 0)
        give_up("leave", "the foreground");
    struct epoll_event events[EVENTS_AT_ONCE];
    for (;;) {
        int count = wait_for_frames(events);
        for (int i = 0; i < count; i++)
            forward(events[i].data.ptr);
        pass_on_due();
    }
}
