#include "cgroup.h"

#include "wire.h"

#include <stdlib.h>

/* A cgroup that still held somebody when its process ended. */
struct leftover {
    uint64_t token;
    struct cgroup cgroup;
    struct leftover *next;
};

static struct leftover *leftovers;

void cgroup_discard(uint64_t token, const struct cgroup *cgroup)
{
    if (cgroup_remove(token, cgroup))
        return;
    struct leftover *leftover = allocate(1, sizeof *leftover);
    *leftover = (struct leftover){.token = token, .cgroup = *cgroup, .next = leftovers};
    leftovers = leftover;
}

void cgroup_discard_rest(void)
{
    for (struct leftover **link = &leftovers; *link != NULL;) {
        struct leftover *leftover = *link;
        if (cgroup_remove(leftover->token, &leftover->cgroup)) {
            *link = leftover->next;
            free(leftover);
        } else {
            link = &leftover->next;
        }
    }
}
