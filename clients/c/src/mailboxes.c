#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    REQUEST_LOOKUP = 11,
    REQUEST_POST = 40,
    REQUEST_CALL = 41,
    REQUEST_TAKE = 42,
    REQUEST_SUBSCRIBE = 43,
    REQUEST_UNSUBSCRIBE = 44,
    REQUEST_PUBLISH = 45,
    REQUEST_CLOSE_MAILBOX = 46,
    REQUEST_CLAIM = 67,
    REQUEST_RELEASE = 68,
    RESPONSE_DONE = 1,
    RESPONSE_MAILBOXES = 9,
    RESPONSE_RECEIPT = 40,
    RESPONSE_REPLY = 41,
    RESPONSE_LETTER = 42,
    RESPONSE_SUBSCRIBED = 43,
    RESPONSE_PUBLISHED = 44,
    RESPONSE_CLAIMED = 62,
    WHEN_FULL_REFUSE = 0,
    PENDING_MAX = 10000,
    RECEIPT_BYTES_MIN = 28,
    MAILBOX_BYTES_MIN = 16,
};

void nefele_message_free(struct nefele_message *message)
{
    free(message->topic);
    free(message->payload);
    *message = (struct nefele_message){0};
}

static void read_payload(struct reader *in, struct nefele_message *message)
{
    size_t size;
    const unsigned char *bytes = read_bytes(in, &size);
    unsigned char *copy = bytes ? malloc(size + 1) : NULL;
    if (bytes && !copy) {
        in->failed = in->no_memory = true;
    }
    if (copy) {
        memcpy(copy, bytes, size);
        copy[size] = 0;
        message->payload = copy;
        message->size = size;
    }
}

/* Frees a message that was not read whole. */
static int message_of(struct nefele *fabric, struct answer *answer, struct nefele_message *message)
{
    if (nefele_answered(fabric, answer) < 0) {
        int error = errno;
        nefele_message_free(message);
        errno = error;
        return -1;
    }
    return 0;
}

/* Why one of many did not store a message, if so. */
static int read_receipt(struct nefele *fabric, struct answer *answer)
{
    char failure[256] = "";
    size_t failed = 0;
    size_t count = read_count(&answer->in, RECEIPT_BYTES_MIN);
    for (size_t i = 0; i < count && !answer->in.failed; i++) {
        nefele_id id;
        read_text(&answer->in, id.text, sizeof id.text);
        free(read_string(&answer->in)); /* distance */
        read_int64(&answer->in);
        read_int64(&answer->in);
        char *why = read_string(&answer->in);
        if (why && *why) {
            failed++;
            strncpy(failure, why, sizeof failure - 1);
        }
        free(why);
    }
    char **missing = read_strings(&answer->in);
    bool partial = missing && missing[0];
    strings_free(missing);
    if (nefele_answered(fabric, answer) < 0) {
        return -1;
    }
    if (failed > 0) {
        return nefele_fail(fabric, ETIMEDOUT, "not stored in %zu of %zu mailboxes: %s", failed, count,
                           failure);
    }
    return partial ? nefele_fail(fabric, ETIMEDOUT, "a part of the fabric did not answer in time") : 0;
}

int nefele_send(struct nefele *fabric, const char *as, const char *to, const void *payload,
                size_t size, int timeout)
{
    struct writer request;
    write_begin(&request, REQUEST_POST);
    write_optional(&request, as);
    write_string(&request, to);
    write_bytes(&request, payload, size);
    write_int32(&request, 0);
    struct answer answer;
    if (nefele_ask(fabric, &request, ONCE, true, timeout, RESPONSE_RECEIPT, &answer) < 0) {
        return -1;
    }
    return read_receipt(fabric, &answer);
}

int nefele_call(struct nefele *fabric, const char *to, const void *payload, size_t size,
                struct nefele_message *reply, int timeout)
{
    *reply = (struct nefele_message){0};
    struct writer request;
    write_begin(&request, REQUEST_CALL);
    write_string(&request, to);
    write_bytes(&request, payload, size);
    write_int32(&request, 0);
    struct answer answer;
    if (nefele_ask(fabric, &request, ONCE, true, timeout, RESPONSE_REPLY, &answer) < 0) {
        return -1;
    }
    read_text(&answer.in, reply->from.text, sizeof reply->from.text);
    read_payload(&answer.in, reply);
    free(read_string(&answer.in)); /* distance */
    read_int64(&answer.in);        /* round trip */
    read_int64(&answer.in);        /* took */
    strings_free(read_strings(&answer.in));
    return message_of(fabric, &answer, reply);
}

/* The mailbox that is meant, or NULL with a failure. */
static const char *mailbox_of(struct nefele *fabric, const char *as)
{
    const char *mailbox = as ? as : getenv("NEFELE_ID");
    if (!mailbox || !*mailbox) {
        nefele_fail(fabric, EINVAL, "name the mailbox: NEFELE_ID is set in processes of the fabric only");
        return NULL;
    }
    return mailbox;
}

static int read_letter(struct nefele *fabric, struct answer *answer, struct nefele_message *message)
{
    *message = (struct nefele_message){0};
    if (read_int8(&answer->in)) {
        read_text(&answer->in, message->from.text, sizeof message->from.text);
    }
    read_text(&answer->in, message->to.text, sizeof message->to.text);
    message->topic = read_string(&answer->in);
    read_payload(&answer->in, message);
    message->sent_at = read_int64(&answer->in);
    return message_of(fabric, answer, message) < 0 ? -1 : 1;
}

static void write_take(struct writer *request, const char *mailbox)
{
    write_begin(request, REQUEST_TAKE);
    write_string(request, mailbox);
    write_int32(request, INT32_MAX);
}

int nefele_receive(struct nefele *fabric, const char *as, struct nefele_message *message,
                   int timeout)
{
    const char *mailbox = mailbox_of(fabric, as);
    if (!mailbox) {
        return -1;
    }
    struct writer request;
    write_take(&request, mailbox);
    struct answer answer;
    if (nefele_ask(fabric, &request, REPEAT, true, timeout, RESPONSE_LETTER, &answer) < 0) {
        return errno == ETIMEDOUT ? 0 : -1;
    }
    return read_letter(fabric, &answer, message);
}

int nefele_receive_start(struct nefele *fabric, const char *as)
{
    if (nefele_has_later(fabric)) {
        return nefele_fail(fabric, EINVAL, "a message is asked for already; take it first");
    }
    const char *mailbox = mailbox_of(fabric, as);
    if (!mailbox) {
        return -1;
    }
    struct writer request;
    write_take(&request, mailbox);
    return nefele_ask_later(fabric, &request);
}

int nefele_received(struct nefele *fabric, struct nefele_message *message)
{
    if (!nefele_has_later(fabric)) {
        return nefele_fail(fabric, EINVAL, "no message is asked for; nefele_receive_start() first");
    }
    struct answer answer;
    int came = nefele_answer_of_later(fabric, RESPONSE_LETTER, &answer);
    return came <= 0 ? came : read_letter(fabric, &answer, message);
}

int nefele_subscribe(struct nefele *fabric, const char *as, const char *pattern, nefele_id *mailbox)
{
    struct writer request;
    write_begin(&request, REQUEST_SUBSCRIBE);
    write_optional(&request, as);
    write_string(&request, pattern);
    write_int8(&request, WHEN_FULL_REFUSE);
    write_int32(&request, PENDING_MAX);
    write_int32(&request, 0);
    struct answer answer;
    if (nefele_ask_untimed(fabric, &request, as ? REPEAT : ONCE, RESPONSE_SUBSCRIBED, &answer) < 0) {
        return -1;
    }
    nefele_id id;
    read_text(&answer.in, id.text, sizeof id.text);
    if (mailbox) {
        *mailbox = id;
    }
    char **missing = read_strings(&answer.in);
    bool partial = missing && missing[0];
    strings_free(missing);
    if (nefele_answered(fabric, &answer) < 0) {
        return -1;
    }
    return partial ? nefele_fail(fabric, ETIMEDOUT, "some agents have not confirmed the subscription") : 0;
}

/* Asks for something that is either done or not. */
static int done(struct nefele *fabric, struct writer *request)
{
    struct answer answer;
    if (nefele_ask_untimed(fabric, request, REPEAT, RESPONSE_DONE, &answer) < 0) {
        return -1;
    }
    return nefele_answered(fabric, &answer);
}

int nefele_unsubscribe(struct nefele *fabric, const char *as, const char *pattern)
{
    struct writer request;
    write_begin(&request, REQUEST_UNSUBSCRIBE);
    write_string(&request, as);
    write_string(&request, pattern);
    return done(fabric, &request);
}

int nefele_close_mailbox(struct nefele *fabric, const char *as)
{
    struct writer request;
    write_begin(&request, REQUEST_CLOSE_MAILBOX);
    write_string(&request, as);
    return done(fabric, &request);
}

int nefele_publish(struct nefele *fabric, const char *as, const char *topic, const void *payload,
                   size_t size, int timeout)
{
    struct writer request;
    write_begin(&request, REQUEST_PUBLISH);
    write_optional(&request, as);
    write_string(&request, topic);
    write_bytes(&request, payload, size);
    write_int32(&request, 0);
    struct answer answer;
    if (nefele_ask(fabric, &request, ONCE, true, timeout, RESPONSE_PUBLISHED, &answer) < 0) {
        return -1;
    }
    read_int32(&answer.in); /* agents */
    int32_t stored = read_int32(&answer.in);
    int32_t waiting = read_int32(&answer.in);
    int32_t refused = read_int32(&answer.in);
    read_int32(&answer.in); /* dropped to make room */
    read_int64(&answer.in); /* took */
    char **missing = read_strings(&answer.in);
    bool partial = refused > 0 || (missing && missing[0]);
    strings_free(missing);
    if (nefele_answered(fabric, &answer) < 0) {
        return -1;
    }
    return partial ? nefele_fail(fabric, ETIMEDOUT, "%d subscribers have it, %d refused it, and some "
                                 "agents may not have answered", stored, refused)
                   : stored + waiting;
}

int nefele_lookup(struct nefele *fabric, const char *name, struct nefele_mailbox *mailboxes,
                  size_t capacity, int timeout)
{
    struct writer request;
    write_begin(&request, REQUEST_LOOKUP);
    write_string(&request, name);
    write_int32(&request, 0);
    struct answer answer;
    if (nefele_ask(fabric, &request, REPEAT, true, timeout, RESPONSE_MAILBOXES, &answer) < 0) {
        /* The agent fails if nobody has the name. */
        return errno == EIO ? 0 : -1;
    }
    size_t count = read_count(&answer.in, MAILBOX_BYTES_MIN);
    for (size_t i = 0; i < count && !answer.in.failed; i++) {
        struct nefele_mailbox found;
        read_text(&answer.in, found.id.text, sizeof found.id.text);
        read_text(&answer.in, found.distance, sizeof found.distance);
        found.rtt_micros = read_int64(&answer.in);
        if (i < capacity) {
            mailboxes[i] = found;
        }
    }
    return nefele_answered(fabric, &answer) < 0 ? -1 : (int)count;
}

int64_t nefele_claim(struct nefele *fabric, const nefele_id *process, const char *name, int timeout)
{
    const char *owner = mailbox_of(fabric, process ? process->text : NULL);
    if (!owner) {
        return -1;
    }
    struct writer request;
    write_begin(&request, REQUEST_CLAIM);
    write_string(&request, owner);
    write_string(&request, name);
    write_int32(&request, 0);
    struct answer answer;
    if (nefele_ask(fabric, &request, REPEAT, true, timeout, RESPONSE_CLAIMED, &answer) < 0) {
        return -1;
    }
    int64_t epoch = read_int64(&answer.in);
    char **missing = read_strings(&answer.in);
    bool partial = missing && missing[0];
    strings_free(missing);
    if (nefele_answered(fabric, &answer) < 0) {
        return -1;
    }
    return partial ? nefele_fail(fabric, ETIMEDOUT, "some agents did not answer; they may know of another owner")
                   : epoch;
}

int nefele_release(struct nefele *fabric, const nefele_id *process, const char *name)
{
    const char *owner = mailbox_of(fabric, process ? process->text : NULL);
    if (!owner) {
        return -1;
    }
    struct writer request;
    write_begin(&request, REQUEST_RELEASE);
    write_string(&request, owner);
    write_string(&request, name);
    return done(fabric, &request);
}
