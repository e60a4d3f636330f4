/* A connection that asks the agent one thing at a time, and outlives the agent's restarts. */
#ifndef NEFELE_CONNECTION_H
#define NEFELE_CONNECTION_H

#include "frame.h"
#include "nefele.h"

/* How long what an answer says it will take may be exceeded before the agent is given up, and how long
 * requests without a time of their own may take. */
enum { NEFELE_GRACE_MILLIS = 5000, NEFELE_PATIENCE_MILLIS = 30000 };

/* An answer; free body. */
struct answer {
    int type;
    unsigned char *body;
    struct reader in;
};

/* What may be done with a request whose answer got lost with the agent. */
enum repeat { REPEAT, ONCE };

/*
 * Sends a request and waits for its answer, which must be of a type. Frees the request. Its last field
 * is set to what is left of timeout if it has one (timed), in milliseconds, -1: for ever.
 */
int nefele_ask(struct nefele *fabric, struct writer *request, enum repeat repeat, bool timed,
               int timeout, int type, struct answer *answer);

/* As nefele_ask() for requests that carry no time. */
int nefele_ask_untimed(struct nefele *fabric, struct writer *request, enum repeat repeat, int type,
                       struct answer *answer);

/* Frees the answer. Returns 0, or fails if it was not all read or had not all that was read. */
int nefele_answered(struct nefele *fabric, struct answer *answer);

/* Sends a request whose answer is not waited for; at is its number. */
int nefele_ask_later(struct nefele *fabric, struct writer *request);

/* Returns 1 with the answer to that request, 0 if it has not come yet. */
int nefele_answer_of_later(struct nefele *fabric, int type, struct answer *answer);

bool nefele_has_later(const struct nefele *fabric);

/* Sets errno and the reason, and returns -1. */
int nefele_fail(struct nefele *fabric, int error, const char *reason, ...)
    __attribute__((format(printf, 3, 4)));

#endif
