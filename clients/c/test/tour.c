/*
 * Uses each call on a fabric, and fails if one does not do what it says. The fabric is that of
 * NEFELE_SOCKET; an argument names a second socket, of another agent of it.
 */
#include "nefele.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOON = 20000, PAUSE = 10 };

#define REQUIRE(fabric, condition)                                                             \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "%s:%d: not so: %s; %s\n", __FILE__, __LINE__, #condition,         \
                    nefele_reason(fabric));                                                    \
            exit(1);                                                                           \
        }                                                                                      \
    } while (0)

/* How many processes of a name, or at all, ps lists. */
static int count(struct nefele *fabric, const char *name)
{
    struct nefele_processes found;
    REQUIRE(fabric, nefele_ps(fabric, 0, &found, SOON) == 0);
    int seen = 0;
    for (size_t i = 0; i < found.count; i++) {
        seen += found.rows[i].name && strcmp(found.rows[i].name, name) == 0;
    }
    nefele_processes_free(&found);
    return seen;
}

/* Waits until an agent knows a name: news is some milliseconds on its way to another agent. */
static void await_name(struct nefele *fabric, const char *name)
{
    struct nefele_mailbox found;
    int attempts = 0;
    while (nefele_lookup(fabric, name, &found, 1, SOON) != 1) {
        REQUIRE(fabric, attempts++ < SOON / PAUSE && poll(NULL, 0, PAUSE) == 0);
    }
}

static void processes(struct nefele *here, struct nefele *there)
{
    const char *const sleep_words[] = {"sleep", "600", NULL};
    const char *const exit_words[] = {"sh", "-c", "exit 7", NULL};
    struct nefele_spec sleeper = {.command = sleep_words, .name = "c-sleeper", .directory = "/"};
    nefele_id ids[4];
    REQUIRE(here, nefele_n_spawn(here, &sleeper, 3, ids, SOON) == 3);

    int attempts = 0;
    while (count(there, "c-sleeper") != 3) {
        REQUIRE(there, attempts++ < SOON / PAUSE && poll(NULL, 0, PAUSE) == 0);
    }

    REQUIRE(there, nefele_kill(there, ids, 3, 15) == 0);
    int code = 0;
    REQUIRE(here, nefele_wait(here, ids[0], &code, SOON) == 0 && code == 128 + 15);

    struct nefele_spec cluster[] = {
        {.command = sleep_words, .directory = "/"},
        {.command = exit_words, .directory = "/"},
    };
    REQUIRE(here, nefele_c_spawn(here, cluster, 2, ids, SOON) == 2);
    REQUIRE(there, nefele_wait(there, ids[1], &code, SOON) == 0 && code == 7);
    REQUIRE(there, nefele_kill(there, ids, 1, 9) == 0);
    errno = 0;
    REQUIRE(there, nefele_wait(there, ids[0], &code, SOON) == 0 && code == 128 + 9);

    struct nefele_spec impossible = {.command = sleep_words, .cpu_millis = 100000000};
    REQUIRE(here, nefele_n_spawn(here, &impossible, 1, ids, SOON) == -1 && errno == EACCES);
}

static void names(struct nefele *here, struct nefele *there)
{
    const char *const words[] = {"sleep", "600", NULL};
    struct nefele_spec sleeper = {.command = words, .directory = "/"};
    nefele_id ids[2];
    REQUIRE(here, nefele_n_spawn(here, &sleeper, 2, ids, SOON) == 2);
    int64_t epoch = nefele_claim(here, &ids[0], "c-leader", SOON);
    REQUIRE(here, epoch > 0);
    REQUIRE(there, nefele_claim(there, &ids[1], "c-leader", SOON) == -1 && errno == EACCES);
    REQUIRE(here, nefele_release(here, &ids[0], "c-leader") == 0);
    int attempts = 0;
    int64_t next;
    while ((next = nefele_claim(there, &ids[1], "c-leader", SOON)) < 0) {
        REQUIRE(there, attempts++ < SOON / PAUSE && poll(NULL, 0, PAUSE) == 0);
    }
    REQUIRE(there, next > epoch);
    REQUIRE(here, nefele_kill(here, ids, 2, 9) == 0);
}

static void mailboxes(struct nefele *here, struct nefele *there)
{
    struct nefele_message message;
    REQUIRE(there, nefele_receive(there, "c-box", &message, 0) == 0);
    await_name(here, "c-box");
    REQUIRE(here, nefele_send(here, NULL, "c-box", "hello", 5, SOON) == 0);
    REQUIRE(there, nefele_receive(there, "c-box", &message, SOON) == 1);
    REQUIRE(there, message.size == 5 && memcmp(message.payload, "hello", 5) == 0);
    nefele_message_free(&message);
    REQUIRE(there, nefele_receive(there, "c-box", &message, 10) == 0);

    REQUIRE(there, nefele_receive_start(there, "c-box") == 0);
    REQUIRE(there, nefele_received(there, &message) == 0);
    REQUIRE(here, nefele_send(here, NULL, "c-box", "polled", 6, SOON) == 0);
    struct pollfd poller = {.fd = nefele_fd(there), .events = POLLIN};
    int came = 0;
    while (came == 0) {
        REQUIRE(there, poll(&poller, 1, SOON) == 1);
        came = nefele_received(there, &message);
    }
    REQUIRE(there, came == 1 && strcmp(message.payload, "polled") == 0);
    nefele_message_free(&message);

    nefele_id subscriber;
    REQUIRE(there, nefele_subscribe(there, NULL, "c/*", &subscriber) == 0);
    REQUIRE(here, nefele_publish(here, NULL, "c/news", "read", 4, SOON) == 1);
    REQUIRE(there, nefele_receive(there, subscriber.text, &message, SOON) == 1);
    REQUIRE(there, strcmp(message.topic, "c/news") == 0 && strcmp(message.payload, "read") == 0);
    nefele_message_free(&message);

    REQUIRE(there, nefele_close_mailbox(there, "c-box") == 0);
    REQUIRE(here, nefele_send(here, NULL, "nobody-has-this", "", 0, 1000) == -1);
}

int main(int argument_count, char **arguments)
{
    struct nefele *here = nefele_connect(NULL);
    REQUIRE(NULL, here);
    struct nefele *there = nefele_connect(argument_count > 1 ? arguments[1] : NULL);
    REQUIRE(NULL, there);
    processes(here, there);
    names(here, there);
    mailboxes(here, there);
    nefele_close(there);
    nefele_close(here);
    puts("all calls did what they say");
    return 0;
}
