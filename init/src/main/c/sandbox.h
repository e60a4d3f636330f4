/* What a tenant's processes see of the server: the mounts of their namespace, and their network. */
#ifndef NEFELE_SANDBOX_H
#define NEFELE_SANDBOX_H

#include <stdbool.h>

enum { SANDBOX_SHARES_MAX = 16 };

/*
 * `hide` is a directory of the agent's that they must not see (NULL: none); `shares` are
 * directories that they see at their usual places whatever hides those, read-only but for
 * those that `writable` marks; `view` is the program that shows them the processes of the fabric
 * (NULL: none).
 */
struct sandbox {
    const char *hide;
    const char *shares[SANDBOX_SHARES_MAX];
    bool writable[SANDBOX_SHARES_MAX];
    unsigned share_count;
    const char *view;
    bool own_network;
};

/* In new namespaces, as their first process: makes all of it; false and errno if it can't. */
bool sandbox_make(const struct sandbox *sandbox);

/*
 * Shows a directory below /tmp that the server has and the tenant has not: one that its caller
 * names as a working directory. What can't be shown stays away, and the launch says so.
 */
void sandbox_show(const char *directory);

/* Gives up, for good and for all children, what would let root out; what is held now stays. */
void sandbox_bound_privileges(void);

#endif
