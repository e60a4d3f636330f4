/* echo NAME | trips NAME COUNT BYTES | sends NAME COUNT BYTES: what bench clients measures, in C. */
#include "nefele.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIMIT_MILLIS = 30000 };

static void fail(struct nefele *fabric)
{
    fprintf(stderr, "%s\n", nefele_reason(fabric));
    exit(1);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv)
{
    struct nefele *fabric = argc > 2 ? nefele_connect(NULL) : NULL;
    struct nefele_message message;
    const char *name = argv[2];
    if (!fabric || nefele_receive(fabric, name, &message, 0) < 0) { /* so that there is the mailbox */
        fail(fabric);
    }
    if (strcmp(argv[1], "echo") == 0) {
        puts("ready");
        fflush(stdout);
        for (;;) {
            int got = nefele_receive(fabric, name, &message, LIMIT_MILLIS);
            if (got < 0) {
                fail(fabric);
            }
            if (got == 1) {
                nefele_send(fabric, name, message.from.text, message.payload, message.size,
                            LIMIT_MILLIS);
                nefele_message_free(&message);
            }
        }
    }
    int count = atoi(argv[3]);
    size_t size = (size_t)atoi(argv[4]);
    char *payload = calloc(1, size + 1);
    for (int i = 0; i < 2 * count; i++) {
        long long begin = now();
        if (strcmp(argv[1], "trips") == 0) {
            if (nefele_call(fabric, name, payload, size, &message, LIMIT_MILLIS) < 0) {
                fail(fabric);
            }
            nefele_message_free(&message);
        } else if (nefele_send(fabric, NULL, name, payload, size, LIMIT_MILLIS) < 0) {
            fail(fabric);
        }
        if (i >= count) {
            printf("%lld\n", now() - begin);
        }
    }
    free(payload);
    nefele_close(fabric);
    return 0;
}
