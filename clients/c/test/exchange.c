/* Makes each call once, in the order of the test vectors, and prints what came of it. */
#include "nefele.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nefele *fabric;

static void check(const char *call, int result)
{
    if (result < 0) {
        printf("%s failed: %s\n", call, nefele_reason(fabric));
    }
}

static const char *or_none(const char *text)
{
    return text && *text ? text : "none";
}

static void print_processes(const struct nefele_processes *processes)
{
    for (size_t i = 0; i < processes->count; i++) {
        const struct nefele_process *row = &processes->rows[i];
        printf("process %s %s %s", row->id.text, or_none(row->name), row->tenant);
        for (char **word = row->command; *word; word++) {
            printf(" %s", *word);
        }
        printf(" %s ", row->state);
        if (row->has_exit_code) {
            printf("%d", row->exit_code);
        } else {
            printf("none");
        }
        printf(" %lld %lld %lld %d %lld %s %lld %lld %d %s %s %s\n", (long long)row->started_at,
               (long long)row->state_since, (long long)row->age, row->cpu_millis,
               (long long)row->memory_bytes, row->group, (long long)row->used_cpu_micros,
               (long long)row->used_memory_bytes, row->restarts, or_none(row->health), row->cpu_from,
               row->memory_from);
        for (char **label = row->labels; *label; label++) {
            printf("label %s\n", *label);
        }
    }
    for (char **part = processes->missing; *part; part++) {
        printf("missing %s\n", *part);
    }
}

static void print_message(const struct nefele_message *message)
{
    printf("message %s %s %s %.*s %lld\n", or_none(message->from.text), or_none(message->to.text),
           or_none(message->topic), (int)message->size, (const char *)message->payload,
           (long long)message->sent_at);
}

static void spawn(void)
{
    const char *const sleep_words[] = {"sleep", "9", NULL};
    const char *const true_words[] = {"true", NULL};
    const char *const false_words[] = {"false", NULL};
    const char *const after[] = {"web", "db", NULL};
    const char *const resources[] = {"gpu=1", NULL};
    const char *const constraints[] = {"spread zone", NULL};
    const char *const labels[] = {"tier=front", NULL};
    const char *const health[] = {"check", NULL};
    const char *const environment[] = {"A=1", "B=\xc3\xa4", NULL};
    struct nefele_spec specs[] = {
        {.count = 2, .name = "web", .cpu_millis = 500, .memory_bytes = 1 << 20,
         .resources = resources, .constraints = constraints, .labels = labels,
         .environment = environment, .directory = "/tmp", .command = sleep_words, .pids = 10,
         .isolation = "userns", .restart = "always:5", .health = health, .reschedule_millis = 60000, .disruptions = 1,
         .bundle = "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e"},
        {.directory = "/", .command = true_words, .health_port = 5432, .after = after},
        {.directory = "/", .command = false_words, .health_call = "ping"},
    };
    nefele_id ids[4];
    int started = nefele_c_spawn(fabric, specs, 3, ids, -1);
    check("spawn", started);
    for (int i = 0; i < started; i++) {
        printf("spawned %s\n", ids[i].text);
    }
}

static void processes(void)
{
    struct nefele_processes found;
    check("ps", nefele_ps(fabric, 1, &found, -1));
    print_processes(&found);
    nefele_processes_free(&found);
    nefele_id id = {"7h3kq2m9x4.1.17"};
    check("inspect", nefele_inspect(fabric, id, &found, -1));
    print_processes(&found);
    nefele_processes_free(&found);
    check("kill", nefele_kill(fabric, &id, 1, 15));
    int code = 0;
    check("wait", nefele_wait(fabric, id, &code, -1));
    printf("ended %d\n", code);
}

static void mailboxes(void)
{
    struct nefele_message message;
    check("send", nefele_send(fabric, "me", "all:web", "hello", 5, -1));
    check("call", nefele_call(fabric, "any:web?key=7", "question", 8, &message, -1));
    print_message(&message);
    nefele_message_free(&message);
    check("receive", nefele_receive(fabric, "me", &message, -1));
    print_message(&message);
    nefele_message_free(&message);
    nefele_id mailbox;
    check("subscribe", nefele_subscribe(fabric, NULL, "a/*", &mailbox));
    printf("subscribed %s\n", mailbox.text);
    printf("published %d\n", nefele_publish(fabric, NULL, "a/b", "news", 4, -1));
    check("unsubscribe", nefele_unsubscribe(fabric, "me", "a/*"));
    struct nefele_mailbox found[2];
    int count = nefele_lookup(fabric, "web", found, 2, -1);
    check("lookup", count);
    for (int i = 0; i < count; i++) {
        printf("mailbox %s %s %lld\n", found[i].id.text, found[i].distance,
               (long long)found[i].rtt_micros);
    }
    check("close", nefele_close_mailbox(fabric, "me"));
    nefele_id id = {"7h3kq2m9x4.1.17"};
    printf("claimed %lld\n", (long long)nefele_claim(fabric, &id, "leader", -1));
    check("release", nefele_release(fabric, &id, "leader"));
}

int main(int count, char **arguments)
{
    if (count != 2) {
        return 2;
    }
    fabric = nefele_connect(arguments[1]);
    if (!fabric) {
        printf("%s\n", nefele_reason(NULL));
        return 1;
    }
    spawn();
    processes();
    mailboxes();
    nefele_close(fabric);
    return 0;
}
