/* Starting processes: what a SPAWN asks for, and what has to be in place around it. */
#ifndef NEFELE_START_H
#define NEFELE_START_H

#include "children.h"
#include "wire.h"

#include <stdbool.h>

/* Does what a SPAWN asks, and tells the outcome; false if it is malformed. */
bool start_request(struct reader *body);
/* The same while the init is closing: nothing is started any more. */
bool start_refused(struct reader *body);

/* The process runs from now on. */
void start_told(struct child *child);

#endif
