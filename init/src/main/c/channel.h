/* The one connection to the agent: listening, admission, frames in, events out. */
#ifndef NEFELE_CHANNEL_H
#define NEFELE_CHANNEL_H

#include "children.h"
#include "wire.h"

#include <stdbool.h>

/* A request's frame without its length, version and type. False ends the connection. */
typedef bool request_handler(enum request_type type, struct reader *body);

/*
 * Takes `path` for this init and listens on it; a socket a dead init left is replaced. The lock
 * that proves the other one dead is a file beside the socket. On failure a message and an exit
 * code stand in for a result: -1 and errno, EADDRINUSE when a living init has it.
 */
int channel_listen(const char *path);
void channel_remove(void);
/* Removes the file that has the socket's name and `suffix`; from wherever its directory is seen. */
void channel_remove_beside(const char *suffix);

/* Admits a new agent of the same user (or root); it takes the place of the former one. */
void channel_accept(int epoll_fd);
void channel_readable(request_handler *handle);
void channel_flush(void);
bool channel_connected(void);
int channel_fd(void);

/* Events go to the agent once it has asked for the list; before, the list will tell them. */
void channel_subscribe(void);
bool channel_subscribed(void);

/* Between these two put an event's body into the buffer. */
struct buffer *event_begin(enum event_type type);
void event_end(void);

#endif
