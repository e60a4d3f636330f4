/* The namespaces a tenant's processes live in: made once, for the init, and inherited by all. */
#ifndef NEFELE_ISOLATE_H
#define NEFELE_ISOLATE_H

#include "protocol.h"
#include "sandbox.h"

#include <sys/types.h>

/*
 * Like fork, but the child is pid 1 of namespaces of its own as `level` says: processes, mounts,
 * IPC, host name and, if `sandbox` wants it, network; with ISOLATION_USERNS also users, which needs
 * no privilege. It sees of the server what `sandbox` says, and holds what its own children can't
 * have any more. The child goes on
 * only if all of that is in place; if not, -1 and errno come back and nothing is left. In the
 * child `outer_pid` is its pid as the caller's namespace knows it.
 */
pid_t isolated_fork(enum isolation level, const struct sandbox *sandbox, pid_t *outer_pid);

#endif
