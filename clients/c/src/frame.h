/* Frames and their fields, as docs/wire-protocol.md describes them. */
#ifndef NEFELE_FRAME_H
#define NEFELE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NEFELE_HEADER_BYTES = 10, NEFELE_VERSION = 1 };
#define NEFELE_FRAME_MAX ((64 << 20) + (1 << 20))

/* A frame that is being written. Once memory runs out it stays failed. */
struct writer {
    unsigned char *bytes;
    size_t size;
    size_t capacity;
    bool failed;
};

void write_begin(struct writer *out, int type);
void write_int8(struct writer *out, int value);
void write_int32(struct writer *out, int32_t value);
void write_int64(struct writer *out, int64_t value);
void write_bytes(struct writer *out, const void *bytes, size_t size);
void write_string(struct writer *out, const char *text);
/* NULL: absent. */
void write_optional(struct writer *out, const char *text);
/* Up to a NULL; NULL itself: empty. */
void write_strings(struct writer *out, const char *const *texts);
/* Sets length and number. */
void write_end(struct writer *out, uint32_t number);
void writer_free(struct writer *out);

/* The body of a frame that is being read. Once a field is not there it stays failed. */
struct reader {
    const unsigned char *bytes;
    size_t size;
    size_t at;
    bool failed;
    bool no_memory;
};

int read_int8(struct reader *in);
int32_t read_int32(struct reader *in);
int64_t read_int64(struct reader *in);
/* Points into the frame. */
const unsigned char *read_bytes(struct reader *in, size_t *size);
/* A copy that the caller frees; NULL if the reader has failed. */
char *read_string(struct reader *in);
char *read_optional(struct reader *in);
/* Copies that end with NULL, freed by strings_free(). */
char **read_strings(struct reader *in);
/* Into a field of that capacity, in which it must fit. */
void read_text(struct reader *in, char *field, size_t capacity);
/* How many elements follow, each of at least so many bytes. */
size_t read_count(struct reader *in, size_t element_bytes);
/* Whether all was there and nothing is left. */
bool read_ended(const struct reader *in);
void strings_free(char **texts);

#endif
