/* Tools that list processes, so that a tenant sees those on all servers in them. */
#ifndef NEFELE_VIEW_H
#define NEFELE_VIEW_H

#include <stdbool.h>

/*
 * In a sandbox with a /dev of its own: has `program` (an O_PATH file descriptor) stand before the tools
 * that are installed, and keeps the real ones for it. False and errno if that can't be.
 */
bool view_install(int program);

#endif
