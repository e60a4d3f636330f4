#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    REQUEST_SPAWN = 3,
    REQUEST_PS = 4,
    REQUEST_INSPECT = 5,
    REQUEST_SIGNAL = 6,
    REQUEST_WAIT = 7,
    RESPONSE_DONE = 1,
    RESPONSE_SPAWNED = 5,
    RESPONSE_PROCESSES = 6,
    INPUT_EMPTY = 0,
    ROW_BYTES_MIN = 80,
    DIRECTORY_BYTES = 4096,
    PROBE_COMMAND = 0,
    PROBE_PORT = 1,
    PROBE_CALL = 2,
    HEALTH_INTERVAL_MILLIS = 10000,
    HEALTH_TIMEOUT_MILLIS = 5000,
    HEALTH_RETRIES = 3,
};

/* False if it is no policy. */
static bool write_restart(struct writer *out, const char *policy)
{
    static const char *const policies[] = {"never", "on-failure", "always"};
    const char *colon = policy ? strchr(policy, ':') : NULL;
    size_t length = !policy ? 0 : colon ? (size_t)(colon - policy) : strlen(policy);
    char *end = NULL;
    long most = colon ? strtol(colon + 1, &end, 10) : 0;
    for (int i = 0; i < 3; i++) {
        if (!policy || (strlen(policies[i]) == length && strncmp(policies[i], policy, length) == 0)) {
            write_int8(out, i);
            write_int32(out, (int32_t)most);
            return !colon || (end != colon + 1 && *end == 0 && most > 0 && most < INT32_MAX && i > 0);
        }
    }
    return false;
}

/* False if it asks for more than one check. */
static bool write_health(struct writer *out, const struct nefele_spec *spec)
{
    int checks = (spec->health != NULL) + (spec->health_port != 0) + (spec->health_call != NULL);
    write_int8(out, checks != 0);
    if (spec->health) {
        write_int8(out, PROBE_COMMAND);
        write_strings(out, spec->health);
    } else if (spec->health_port) {
        write_int8(out, PROBE_PORT);
        write_int32(out, spec->health_port);
    } else if (spec->health_call) {
        write_int8(out, PROBE_CALL);
        write_string(out, spec->health_call);
    }
    if (checks) {
        write_int32(out, HEALTH_INTERVAL_MILLIS);
        write_int32(out, HEALTH_TIMEOUT_MILLIS);
        write_int32(out, HEALTH_RETRIES);
        write_int32(out, 0);
    }
    return checks <= 1;
}

/* False if it asks for something that there is not; the reason is told. */
static bool write_spec(struct nefele *fabric, struct writer *out, const struct nefele_spec *spec,
                       const char *here)
{
    write_int32(out, spec->count ? spec->count : 1);
    write_optional(out, spec->name);
    write_int32(out, spec->cpu_millis);
    write_int64(out, spec->memory_bytes);
    write_strings(out, spec->resources);
    write_strings(out, spec->constraints);
    write_strings(out, spec->labels);
    write_strings(out, spec->environment);
    write_string(out, spec->directory ? spec->directory : here);
    write_strings(out, spec->command);
    write_int8(out, INPUT_EMPTY);
    write_int32(out, spec->pids);
    write_string(out, spec->isolation ? spec->isolation : "none");
    if (!write_restart(out, spec->restart)) {
        nefele_fail(fabric, EINVAL,
                    "'%s' is no restart policy; write never, on-failure, always, or on-failure:5",
                    spec->restart);
        return false;
    }
    if (!write_health(out, spec)) {
        nefele_fail(fabric, EINVAL, "a health check is a command, a port or a call: one of them");
        return false;
    }
    write_int64(out, spec->reschedule_millis);
    write_strings(out, spec->after);
    write_int32(out, spec->disruptions);
    write_optional(out, spec->bundle);
    return true;
}

int nefele_c_spawn(struct nefele *fabric, const struct nefele_spec *specs, size_t count,
                   nefele_id *ids, int timeout)
{
    char here[DIRECTORY_BYTES];
    if (!getcwd(here, sizeof here)) {
        return nefele_fail(fabric, EINVAL, "the current directory has no path");
    }
    size_t expected = 0;
    struct writer request;
    write_begin(&request, REQUEST_SPAWN);
    write_int32(&request, (int32_t)count);
    for (size_t i = 0; i < count; i++) {
        if (!specs[i].command || specs[i].count < 0) {
            writer_free(&request);
            return nefele_fail(fabric, EINVAL, "spec %zu has %s", i,
                               specs[i].command ? "a negative count" : "no command");
        }
        if (!write_spec(fabric, &request, &specs[i], here)) {
            writer_free(&request);
            errno = EINVAL;
            return -1;
        }
        expected += specs[i].count ? (size_t)specs[i].count : 1;
    }
    write_int32(&request, 0);
    struct answer answer;
    if (nefele_ask(fabric, &request, ONCE, timeout >= 0, timeout, RESPONSE_SPAWNED, &answer) < 0) {
        return -1;
    }
    size_t started = read_count(&answer.in, 4);
    if (started != expected) {
        answer.in.failed = true;
    }
    for (size_t i = 0; i < started && !answer.in.failed; i++) {
        read_text(&answer.in, ids[i].text, sizeof ids[i].text);
    }
    return nefele_answered(fabric, &answer) < 0 ? -1 : (int)started;
}

int nefele_n_spawn(struct nefele *fabric, const struct nefele_spec *spec, int n, nefele_id *ids,
                   int timeout)
{
    if (n < 1) {
        return nefele_fail(fabric, EINVAL, "%d processes can't be started; ask for one at least", n);
    }
    struct nefele_spec all = *spec;
    all.count = n;
    return nefele_c_spawn(fabric, &all, 1, ids, timeout);
}

static void read_row(struct reader *in, struct nefele_process *row)
{
    read_text(in, row->id.text, sizeof row->id.text);
    row->name = read_optional(in);
    row->tenant = read_string(in);
    row->command = read_strings(in);
    row->state = read_string(in);
    row->has_exit_code = read_int8(in);
    row->exit_code = row->has_exit_code ? read_int32(in) : 0;
    row->started_at = read_int64(in);
    row->state_since = read_int64(in);
    row->age = read_int64(in);
    row->cpu_millis = read_int32(in);
    row->memory_bytes = read_int64(in);
    row->group = read_string(in);
    row->used_cpu_micros = read_int64(in);
    read_int32(in); /* how much it ran lately */
    row->used_memory_bytes = read_int64(in);
    read_int64(in); /* bytes on disk */
    read_int8(in);  /* whether for want of memory */
    row->restarts = read_int32(in);
    free(read_string(in)); /* isolation */
    row->health = read_string(in);
    row->labels = read_strings(in);
    row->cpu_from = read_string(in);
    row->memory_from = read_string(in);
}

/* Asks for rows and reads them. */
static int rows(struct nefele *fabric, struct writer *request, struct nefele_processes *processes,
                int timeout)
{
    *processes = (struct nefele_processes){0};
    struct answer answer;
    if (nefele_ask(fabric, request, REPEAT, true, timeout, RESPONSE_PROCESSES, &answer) < 0) {
        return -1;
    }
    size_t count = read_count(&answer.in, ROW_BYTES_MIN);
    processes->rows = calloc(count + 1, sizeof *processes->rows);
    if (!processes->rows) {
        answer.in.failed = answer.in.no_memory = true;
    }
    while (processes->count < count && !answer.in.failed) {
        read_row(&answer.in, &processes->rows[processes->count++]);
    }
    processes->missing = read_strings(&answer.in);
    if (nefele_answered(fabric, &answer) < 0) {
        int error = errno;
        nefele_processes_free(processes);
        errno = error;
        return -1;
    }
    return 0;
}

int nefele_ps(struct nefele *fabric, int all, struct nefele_processes *processes, int timeout)
{
    struct writer request;
    write_begin(&request, REQUEST_PS);
    write_int8(&request, all != 0);
    write_int32(&request, 0);
    return rows(fabric, &request, processes, timeout);
}

int nefele_inspect(struct nefele *fabric, nefele_id process, struct nefele_processes *processes,
                   int timeout)
{
    struct writer request;
    write_begin(&request, REQUEST_INSPECT);
    write_string(&request, process.text);
    write_int32(&request, 0);
    return rows(fabric, &request, processes, timeout);
}

void nefele_processes_free(struct nefele_processes *processes)
{
    for (size_t i = 0; i < processes->count; i++) {
        struct nefele_process *row = &processes->rows[i];
        free(row->name);
        free(row->tenant);
        strings_free(row->command);
        free(row->state);
        free(row->group);
        free(row->health);
        strings_free(row->labels);
        free(row->cpu_from);
        free(row->memory_from);
    }
    free(processes->rows);
    strings_free(processes->missing);
    *processes = (struct nefele_processes){0};
}

int nefele_kill(struct nefele *fabric, const nefele_id *processes, size_t count, int signal)
{
    struct writer request;
    write_begin(&request, REQUEST_SIGNAL);
    write_int32(&request, (int32_t)count);
    for (size_t i = 0; i < count; i++) {
        write_string(&request, processes[i].text);
    }
    write_int32(&request, signal);
    struct answer answer;
    if (nefele_ask_untimed(fabric, &request, ONCE, RESPONSE_DONE, &answer) < 0) {
        return -1;
    }
    return nefele_answered(fabric, &answer);
}

int nefele_wait(struct nefele *fabric, nefele_id process, int *exit_code, int timeout)
{
    struct writer request;
    write_begin(&request, REQUEST_WAIT);
    write_string(&request, process.text);
    write_int32(&request, 0);
    struct nefele_processes last;
    if (rows(fabric, &request, &last, timeout) < 0) {
        return -1;
    }
    bool ended = last.count == 1 && last.rows[0].has_exit_code;
    if (ended && exit_code) {
        *exit_code = last.rows[0].exit_code;
    }
    nefele_processes_free(&last);
    return ended ? 0
                 : nefele_fail(fabric, ETIMEDOUT, "nobody who answered knows how process %s ended",
                               process.text);
}
