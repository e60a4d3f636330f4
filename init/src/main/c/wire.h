/* Bytes in and out: a growing buffer, and a reader that trusts no length. */
#ifndef NEFELE_WIRE_H
#define NEFELE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Content stands in bytes[start, end). */
struct buffer {
    uint8_t *bytes;
    size_t start;
    size_t end;
    size_t capacity;
};

size_t buffer_size(const struct buffer *buffer);
/* Room for `count` more bytes at the end, which the caller may fill and add to `end`. */
uint8_t *buffer_room(struct buffer *buffer, size_t count);
void buffer_consume(struct buffer *buffer, size_t count);
void buffer_clear(struct buffer *buffer);

void put_u8(struct buffer *buffer, uint8_t value);
void put_u32(struct buffer *buffer, uint32_t value);
void put_u64(struct buffer *buffer, uint64_t value);

/* After the first read beyond the end `bad` is set and every further read gives zero or NULL. */
struct reader {
    uint8_t *at;
    uint8_t *end;
    bool bad;
};

uint8_t get_u8(struct reader *reader);
uint16_t get_u16(struct reader *reader);
uint32_t get_u32(struct reader *reader);
uint64_t get_u64(struct reader *reader);
/* Points into the frame, zero-terminated; without a zero inside. */
char *get_string(struct reader *reader);
/* `length` bytes inside the frame; NULL if they are not there. */
uint8_t *get_bytes(struct reader *reader, uint32_t length);
/* A list's count, refused if that many elements of `element_bytes` at least can't follow. */
uint32_t get_count(struct reader *reader, size_t element_bytes);
/* A NULL-terminated array of strings, to be freed by the caller; NULL if bad. */
char **get_strings(struct reader *reader);
/* Whether all was well formed and nothing is left over. */
bool reader_done(const struct reader *reader);

/* Memory that is there, or the init ends: a few bytes that can't be had are no state to go on in. */
void *allocate(size_t count, size_t size);

#endif
