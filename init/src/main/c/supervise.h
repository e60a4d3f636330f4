/* The life of the children: launching, gates, signals, reaping. */
#ifndef NEFELE_SUPERVISE_H
#define NEFELE_SUPERVISE_H

#include "channel.h"

/* Does what a frame asks; false if it is malformed. */
bool supervise_request(enum request_type type, struct reader *body);

/* Takes in every child that has ended or reached its gate. */
void supervise_reap(void);

/* To be called about once a second while processes run: keeps their output within bounds. */
void supervise_look(void);

/* Whether the init has no child left, adopted ones included. */
bool supervise_childless(void);

/* Ends all: SIGTERM now, SIGKILL after the grace time; no new child is launched. */
void supervise_close(uint32_t grace_millis);
bool supervise_closing(void);
/* To be called now and then while closing; returns the milliseconds until it has to be again. */
int supervise_close_on(void);

#endif
