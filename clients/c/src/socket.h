/* Where agents listen. */
#ifndef NEFELE_SOCKET_H
#define NEFELE_SOCKET_H

#include <stddef.h>

/* Connects to path; returns the file descriptor, or -1 with errno set. */
int nefele_dial(const char *path);

/* Connects to the first agent that listens where an agent of this user may; path takes where. */
int nefele_dial_any(char *path, size_t capacity);

#endif
