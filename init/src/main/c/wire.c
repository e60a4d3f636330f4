#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_BYTES_FIRST = 4096,
    BUFFER_BYTES_KEPT = 256 * 1024,
};

void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        fputs("nefele-init: out of memory\n", stderr);
        abort();
    }
    return memory;
}

size_t buffer_size(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}

uint8_t *buffer_room(struct buffer *buffer, size_t count)
{
    if (buffer->capacity - buffer->end >= count)
        return buffer->bytes + buffer->end;
    size_t size = buffer_size(buffer);
    if (buffer->capacity - size >= count && buffer->start >= size) {
        memcpy(buffer->bytes, buffer->bytes + buffer->start, size);
    } else {
        size_t capacity = buffer->capacity ? buffer->capacity * 2 : BUFFER_BYTES_FIRST;
        while (capacity - size < count)
            capacity *= 2;
        uint8_t *bytes = allocate(capacity, 1);
        if (size > 0)
            memcpy(bytes, buffer->bytes + buffer->start, size);
        free(buffer->bytes);
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    buffer->start = 0;
    buffer->end = size;
    return buffer->bytes + size;
}

void buffer_consume(struct buffer *buffer, size_t count)
{
    buffer->start += count;
    if (buffer->start == buffer->end)
        buffer_clear(buffer);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->start = buffer->end = 0;
    /* One huge request must not make the init large for ever. */
    if (buffer->capacity > BUFFER_BYTES_KEPT) {
        free(buffer->bytes);
        buffer->bytes = NULL;
        buffer->capacity = 0;
    }
}

static void put(struct buffer *buffer, uint64_t value, size_t width)
{
    uint8_t *at = buffer_room(buffer, width);
    for (size_t i = 0; i < width; i++)
        at[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
    buffer->end += width;
}

void put_u8(struct buffer *buffer, uint8_t value)
{
    put(buffer, value, 1);
}

void put_u32(struct buffer *buffer, uint32_t value)
{
    put(buffer, value, 4);
}

void put_u64(struct buffer *buffer, uint64_t value)
{
    put(buffer, value, 8);
}

static size_t remaining(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

static uint64_t get(struct reader *reader, size_t width)
{
    if (reader->bad || remaining(reader) < width) {
        reader->bad = true;
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | *reader->at++;
    return value;
}

uint8_t get_u8(struct reader *reader)
{
    return (uint8_t)get(reader, 1);
}

uint16_t get_u16(struct reader *reader)
{
    return (uint16_t)get(reader, 2);
}

uint32_t get_u32(struct reader *reader)
{
    return (uint32_t)get(reader, 4);
}

uint64_t get_u64(struct reader *reader)
{
    return get(reader, 8);
}

char *get_string(struct reader *reader)
{
    uint32_t length = get_u32(reader);
    /* The zero byte is found exactly behind the bytes, so one search checks both promises. */
    if (reader->bad || remaining(reader) <= length
        || memchr(reader->at, 0, (size_t)length + 1) != reader->at + length) {
        reader->bad = true;
        return NULL;
    }
    char *string = (char *)reader->at;
    reader->at += (size_t)length + 1;
    return string;
}

uint8_t *get_bytes(struct reader *reader, uint32_t length)
{
    if (reader->bad || remaining(reader) < length) {
        reader->bad = true;
        return NULL;
    }
    uint8_t *bytes = reader->at;
    reader->at += length;
    return bytes;
}

uint32_t get_count(struct reader *reader, size_t element_bytes)
{
    uint32_t count = get_u32(reader);
    if (reader->bad || count > remaining(reader) / element_bytes) {
        reader->bad = true;
        return 0;
    }
    return count;
}

char **get_strings(struct reader *reader)
{
    uint32_t count = get_count(reader, 5);
    if (reader->bad)
        return NULL;
    char **strings = allocate((size_t)count + 1, sizeof *strings);
    for (uint32_t i = 0; i < count; i++)
        strings[i] = get_string(reader);
    if (reader->bad) {
        free(strings);
        return NULL;
    }
    return strings;
}

bool reader_done(const struct reader *reader)
{
    return !reader->bad && reader->at == reader->end;
}
