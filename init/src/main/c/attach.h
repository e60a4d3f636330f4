/* What feeds a process that somebody is attached to: a pipe to its input, or a terminal. */
#ifndef NEFELE_ATTACH_H
#define NEFELE_ATTACH_H

#include "children.h"

#include <stddef.h>

/* The ends that the new process gets; to be closed after its launch. */
struct attachment_ends {
    int input;
    int terminal;
};

/* Where attachments are watched, and where relative output paths start. */
void attach_prepare(int epoll_fd, int logs_fd);

/* Both return NULL and errno if it can't be had. */
struct attachment *attach_pipe(struct attachment_ends *ends);
/* What is written to the terminal is appended to the file `out`. */
struct attachment *attach_terminal(const char *out, uint16_t rows, uint16_t columns,
                                   struct attachment_ends *ends);
void attach_close_ends(struct attachment_ends *ends);
/* The process is there: from now on it is fed. */
void attach_begin(struct attachment *attachment, uint64_t token);
/* After its end: takes in what is left of its output. NULL is passed over. */
void attach_end(struct attachment *attachment);

/*
 * Feeds it `length` bytes that stand at `offset` of all its input; what it has already is passed
 * over, a gap is refused. TAKEN is told when all of them are in the pipe.
 */
void attach_feed(struct attachment *attachment, uint64_t offset, const uint8_t *bytes,
                 size_t length, bool last);
void attach_resize(struct attachment *attachment, uint16_t rows, uint16_t columns);
/* True if `fd` is an attachment's; then what it was ready for is done. */
bool attach_ready(int fd);

#endif
