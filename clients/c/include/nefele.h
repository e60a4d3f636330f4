/*
 * libnefele for C: processes and mailboxes of a Nefele fabric.
 *
 * A connection (struct nefele) leads to the agent of this server and is used by one thread at a time;
 * any number of connections may be open. Calls block until they are answered or their time is up.
 * They return -1 (NULL where they return a pointer) and set errno if they fail; nefele_reason() then
 * says why in words:
 *
 *   EINVAL        what was asked for makes no sense
 *   ECONNREFUSED  no agent listens there, or it went away and did not come back in time
 *   ECONNRESET    the agent went away while it carried this out: it may have been done or not
 *   EACCES        refused: no room, over a quota, or not allowed
 *   ETIMEDOUT     not in time, or only in part
 *   EIO           the agent tried and failed
 *   EPROTO        the agent speaks another version of the protocol
 *   ENOMEM        no memory
 *
 * An agent that restarts is waited for, for 30 seconds at most and within the call's time; calls that
 * can be repeated without harm are. Times are milliseconds; a time of -1 means for ever.
 */
#ifndef NEFELE_H
#define NEFELE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The largest message, in bytes. */
#define NEFELE_MESSAGE_MAX (64 << 20)

struct nefele;

/* The id of a process in the whole fabric, which is also the address of its mailbox. */
typedef struct {
    char text[64];
} nefele_id;

/*
 * Connects to the agent that listens at socket; NULL: to the agent of this process (NEFELE_SOCKET) or
 * else of this user (NEFELE_HOME, or nefele-UID in XDG_RUNTIME_DIR or /tmp), else
 * the server's own (/run/nefele), unless NEFELE_HOME is set.
 */
struct nefele *nefele_connect(const char *socket);

/* Closes the connection, and with it the subscriptions that it holds. NULL is fine. */
void nefele_close(struct nefele *fabric);

/* Why the last call on the connection failed; valid until the next call. With NULL: why the last
 * nefele_connect() of this thread did. */
const char *nefele_reason(const struct nefele *fabric);

/* ---- Processes ---- */

/* What to start. Zero and NULL stand for the default of each; lists end with NULL. */
struct nefele_spec {
    int count;                      /* how many that are the same; 0: one */
    const char *name;               /* under which their mailboxes are found */
    int cpu_millis;                 /* thousandths of a core for each; 0: filled in, -1: none */
    int64_t memory_bytes;           /* for each; 0: filled in, -1: none */
    const char *const *resources;   /* "NAME=AMOUNT" */
    const char *const *constraints; /* as "spread server" or "affinity web@group" */
    const char *const *labels;      /* "KEY=VALUE" */
    const char *const *environment; /* "KEY=VALUE" */
    const char *directory;          /* absolute; NULL: the current one */
    const char *const *command;     /* the program and its arguments; never NULL */
    int pids;                       /* how many processes and threads each may become */
    const char *isolation;          /* the least that is good enough: "none", "userns", "full" */
    const char *restart;            /* "never", "on-failure", "always"; with ":MAX": so often in a row */
    const char *const *health;      /* a command that is run beside each: its exit code 0 says it is well */
    int64_t reschedule_millis;      /* after how long a loss of its agent each is started elsewhere; 0: never */
    int health_port;                /* instead of a command: it takes connections there */
    const char *health_call;        /* instead of a command: it answers a call with this text */
    const char *const *after;       /* starts when, for each of these names, somebody well has it */
    int32_t disruptions;            /* how many of the name may be down at a time as the fabric moves them; 0: it moves none */
    const char *bundle;             /* what holds the program, shipped to the agent before; NULL: the servers have it */
};

/*
 * Starts n processes that are the same, all or none; ids takes n.
 * Within timeout, or not at all. Returns n.
 */
int nefele_n_spawn(struct nefele *fabric, const struct nefele_spec *spec, int n, nefele_id *ids,
                   int timeout);

/*
 * Starts a cluster of dissimilar processes, all or none; ids takes the sum of all counts, in the order
 * of the specs. Returns that sum.
 */
int nefele_c_spawn(struct nefele *fabric, const struct nefele_spec *specs, size_t count,
                   nefele_id *ids, int timeout);

/* What is known of a process. */
struct nefele_process {
    nefele_id id;
    char *name; /* NULL: none */
    char *tenant;
    char **command; /* ends with NULL */
    char *state;    /* "requested", "starting", "running", "exited", "lost" */
    int has_exit_code;
    int exit_code;          /* 128 + n if signal n ended it */
    int64_t started_at;     /* milliseconds since 1970; 0: not yet */
    int64_t state_since;    /* milliseconds since 1970 */
    int64_t age;            /* how old this news is, milliseconds */
    int cpu_millis;         /* granted */
    int64_t memory_bytes;   /* granted */
    char *group;            /* that its agent is in */
    int64_t used_cpu_micros;
    int64_t used_memory_bytes;
    int restarts;
    char *health;  /* "starting", "healthy", "unhealthy", "waiting" for others, "preempted"; or empty */
    char **labels; /* "KEY=VALUE"; ends with NULL */
    char *cpu_from;    /* who said how much: "asked", "tenant", "history", "binary"; only what was */
    char *memory_from; /* asked for is a limit, too */
};

struct nefele_processes {
    struct nefele_process *rows;
    size_t count;
    char **missing; /* subtrees that did not answer in time; ends with NULL */
};

/* Lists the caller's processes in the whole fabric; with all, also those that have ended. */
int nefele_ps(struct nefele *fabric, int all, struct nefele_processes *processes, int timeout);

/* One process; no row if nobody who answered knows it. */
int nefele_inspect(struct nefele *fabric, nefele_id process, struct nefele_processes *processes,
                   int timeout);

void nefele_processes_free(struct nefele_processes *processes);

/* Sends signal(7) to whole process trees. */
int nefele_kill(struct nefele *fabric, const nefele_id *processes, size_t count, int signal);

/* Waits until a process has ended; exit_code, unless NULL, becomes 128 + n if signal n ended it. */
int nefele_wait(struct nefele *fabric, nefele_id process, int *exit_code, int timeout);

/* ---- Mailboxes ---- */

/* A message that was taken out of a mailbox. To reply, send to its from. */
struct nefele_message {
    nefele_id from; /* empty: from no mailbox */
    nefele_id to;
    char *topic;   /* empty unless it was published */
    void *payload; /* followed by a zero byte that does not count */
    size_t size;
    int64_t sent_at; /* milliseconds since 1970 */
};

void nefele_message_free(struct nefele_message *message);

/*
 * Sends to an id or name, any:NAME, all:NAME or tenant:. When this returns 0, the message is stored in
 * each receiver's mailbox. as, unless NULL, is the mailbox that replies go to.
 */
int nefele_send(struct nefele *fabric, const char *as, const char *to, const void *payload,
                size_t size, int timeout);

/* Sends to one of a name and waits for the reply; goes on to another one if that one dies. */
int nefele_call(struct nefele *fabric, const char *to, const void *payload, size_t size,
                struct nefele_message *reply, int timeout);

/*
 * Takes the next message of a mailbox; as is a process id or a name, NULL: the mailbox of this process
 * (NEFELE_ID). Returns 1 with a message, 0 without one when the time is up.
 */
int nefele_receive(struct nefele *fabric, const char *as, struct nefele_message *message,
                   int timeout);

/*
 * For event loops: asks for the next message of a mailbox and returns at once. When nefele_fd() can be
 * read, nefele_received() takes what is there. Other calls may be made meanwhile.
 */
int nefele_receive_start(struct nefele *fabric, const char *as);

/* Returns 1 with a message, after which another one may be asked for; 0: not yet. Does not block. */
int nefele_received(struct nefele *fabric, struct nefele_message *message);

/* The file descriptor to poll for reading; it changes when the agent was restarted. */
int nefele_fd(const struct nefele *fabric);

/* Has the mailbox as (NULL: a new one, which ends with the connection; mailbox gets its id) hear what is
 * published on topics that fit the pattern: "*" stands for a segment, "**" at the end for any. */
int nefele_subscribe(struct nefele *fabric, const char *as, const char *pattern, nefele_id *mailbox);
int nefele_unsubscribe(struct nefele *fabric, const char *as, const char *pattern);

/* Returns how many subscribers have it in their mailboxes. */
int nefele_publish(struct nefele *fabric, const char *as, const char *topic, const void *payload,
                   size_t size, int timeout);

/* Closes a mailbox of no process; what is in it is lost. */
int nefele_close_mailbox(struct nefele *fabric, const char *as);

/* A mailbox and how far it is. */
struct nefele_mailbox {
    nefele_id id;
    char distance[16];  /* "server", "group", "datacenter", "elsewhere" */
    int64_t rtt_micros; /* -1: not known */
};

/* Finds up to capacity mailboxes of a name, the nearest first; returns how many there are. */
int nefele_lookup(struct nefele *fabric, const char *name, struct nefele_mailbox *mailboxes,
                  size_t capacity, int timeout);

/*
 * Has a name for one process alone (process NULL: this one), to which messages to it go from now on. EACCES:
 * another process has it. Returns the fencing epoch, which is greater than that of each earlier owner.
 */
int64_t nefele_claim(struct nefele *fabric, const nefele_id *process, const char *name, int timeout);

/* Gives up such a name. */
int nefele_release(struct nefele *fabric, const nefele_id *process, const char *name);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
