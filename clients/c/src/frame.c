#include "frame.h"

#include <stdlib.h>
#include <string.h>

static unsigned char *grow(struct writer *out, size_t more)
{
    if (out->failed || more > NEFELE_FRAME_MAX || out->size > NEFELE_FRAME_MAX) {
        out->failed = true;
        return NULL;
    }
    if (out->size + more > out->capacity) {
        size_t capacity = 2 * out->capacity + more + 256;
        unsigned char *bytes = realloc(out->bytes, capacity);
        if (!bytes) {
            out->failed = true;
            return NULL;
        }
        out->bytes = bytes;
        out->capacity = capacity;
    }
    unsigned char *place = out->bytes + out->size;
    out->size += more;
    return place;
}

static void put(unsigned char *place, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        place[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
    }
}

static void write_number(struct writer *out, uint64_t value, int bytes)
{
    unsigned char *place = grow(out, (size_t)bytes);
    if (place) {
        put(place, value, bytes);
    }
}

void write_begin(struct writer *out, int type)
{
    *out = (struct writer){0};
    write_int32(out, 0);
    write_int8(out, NEFELE_VERSION);
    write_int8(out, type);
    write_int32(out, 0);
}

void write_int8(struct writer *out, int value)
{
    write_number(out, (uint64_t)value, 1);
}

void write_int32(struct writer *out, int32_t value)
{
    write_number(out, (uint64_t)(uint32_t)value, 4);
}

void write_int64(struct writer *out, int64_t value)
{
    write_number(out, (uint64_t)value, 8);
}

void write_bytes(struct writer *out, const void *bytes, size_t size)
{
    if (size > NEFELE_FRAME_MAX) {
        out->failed = true;
        return;
    }
    write_int32(out, (int32_t)size);
    unsigned char *place = grow(out, size);
    if (place && size > 0) {
        memcpy(place, bytes, size);
    }
}

void write_string(struct writer *out, const char *text)
{
    write_bytes(out, text, strlen(text));
}

void write_optional(struct writer *out, const char *text)
{
    write_int8(out, text != NULL);
    if (text) {
        write_string(out, text);
    }
}

void write_strings(struct writer *out, const char *const *texts)
{
    int32_t count = 0;
    while (texts && texts[count]) {
        count++;
    }
    write_int32(out, count);
    for (int32_t i = 0; i < count; i++) {
        write_string(out, texts[i]);
    }
}

void write_end(struct writer *out, uint32_t number)
{
    if (!out->failed) {
        put(out->bytes, out->size - 4, 4);
        put(out->bytes + 6, number, 4);
    }
}

void writer_free(struct writer *out)
{
    free(out->bytes);
    *out = (struct writer){0};
}

static const unsigned char *take(struct reader *in, size_t size)
{
    if (in->failed || size > in->size - in->at) {
        in->failed = true;
        return NULL;
    }
    const unsigned char *place = in->bytes + in->at;
    in->at += size;
    return place;
}

static uint64_t read_number(struct reader *in, int bytes)
{
    const unsigned char *place = take(in, (size_t)bytes);
    uint64_t value = 0;
    for (int i = 0; place && i < bytes; i++) {
        value = value << 8 | place[i];
    }
    return value;
}

int read_int8(struct reader *in)
{
    return (int8_t)read_number(in, 1);
}

int32_t read_int32(struct reader *in)
{
    return (int32_t)read_number(in, 4);
}

int64_t read_int64(struct reader *in)
{
    return (int64_t)read_number(in, 8);
}

const unsigned char *read_bytes(struct reader *in, size_t *size)
{
    int32_t length = read_int32(in);
    if (length < 0) {
        in->failed = true;
    }
    *size = in->failed ? 0 : (size_t)length;
    return take(in, *size);
}

char *read_string(struct reader *in)
{
    size_t size;
    const unsigned char *bytes = read_bytes(in, &size);
    if (!bytes) {
        return NULL;
    }
    char *text = malloc(size + 1);
    if (!text) {
        in->failed = true;
        in->no_memory = true;
        return NULL;
    }
    memcpy(text, bytes, size);
    text[size] = 0;
    return text;
}

char *read_optional(struct reader *in)
{
    return read_int8(in) ? read_string(in) : NULL;
}

char **read_strings(struct reader *in)
{
    size_t count = read_count(in, 4);
    char **texts = calloc(count + 1, sizeof *texts);
    if (!texts) {
        in->failed = true;
        in->no_memory = true;
        return NULL;
    }
    for (size_t i = 0; i < count && !in->failed; i++) {
        texts[i] = read_string(in);
    }
    return texts;
}

void read_text(struct reader *in, char *field, size_t capacity)
{
    size_t size;
    const unsigned char *bytes = read_bytes(in, &size);
    if (!bytes || size >= capacity) {
        in->failed = true;
        field[0] = 0;
        return;
    }
    memcpy(field, bytes, size);
    field[size] = 0;
}

size_t read_count(struct reader *in, size_t element_bytes)
{
    int32_t count = read_int32(in);
    if (in->failed || count < 0 || (size_t)count > (in->size - in->at) / element_bytes) {
        in->failed = true;
        return 0;
    }
    return (size_t)count;
}

bool read_ended(const struct reader *in)
{
    return !in->failed && in->at == in->size;
}

void strings_free(char **texts)
{
    for (char **text = texts; text && *text; text++) {
        free(*text);
    }
    free(texts);
}
