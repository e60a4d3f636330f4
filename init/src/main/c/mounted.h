/* Where this server's cgroup hierarchies are, and where this process stands in them. */
#ifndef NEFELE_MOUNTED_H
#define NEFELE_MOUNTED_H

#include <limits.h>
#include <stdbool.h>

/* Where the hierarchy of `controller` is mounted; NULL asks for version 2. */
bool cgroup_mount(const char *controller, char path[PATH_MAX]);
/* Which cgroup of that hierarchy this process is in. */
bool cgroup_own(const char *controller, char own[PATH_MAX]);

#endif
