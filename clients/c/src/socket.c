#include "socket.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { AGENTS_MAX = 4096 };

/* Of the agent that is a service of this server. */
static const char service[] = "/run/nefele/agent.sock";

int nefele_dial(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static int ascending(const void *left, const void *right)
{
    int a = *(const int *)left;
    int b = *(const int *)right;
    return (a > b) - (a < b);
}

/* The numbers of the agents of a local fabric. */
static size_t numbers(const char *home, int *found)
{
    char agents[4096];
    snprintf(agents, sizeof agents, "%s/agents", home);
    DIR *directory = opendir(agents);
    size_t count = 0;
    for (struct dirent *entry; directory && count < AGENTS_MAX && (entry = readdir(directory));) {
        int number = atoi(entry->d_name);
        if (number > 0) {
            found[count++] = number;
        }
    }
    if (directory) {
        closedir(directory);
    }
    qsort(found, count, sizeof *found, ascending);
    return count;
}

static void home_of_user(char *home, size_t capacity)
{
    const char *named = getenv("NEFELE_HOME");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (named && *named) {
        snprintf(home, capacity, "%s", named);
    } else {
        snprintf(home, capacity, "%s/nefele-%u", runtime && *runtime ? runtime : "/tmp",
                 (unsigned)getuid());
    }
}

int nefele_dial_any(char *path, size_t capacity)
{
    const char *named = getenv("NEFELE_SOCKET");
    if (named && *named) {
        snprintf(path, capacity, "%s", named);
        return nefele_dial(path);
    }
    char home[2048];
    home_of_user(home, sizeof home);
    snprintf(path, capacity, "%s/agent.sock", home);
    int fd = nefele_dial(path);
    int error = errno;
    int *found = fd < 0 ? calloc(AGENTS_MAX, sizeof *found) : NULL;
    size_t count = found ? numbers(home, found) : 0;
    for (size_t i = 0; fd < 0 && i < count; i++) {
        snprintf(path, capacity, "%s/agents/%d/agent.sock", home, found[i]);
        fd = nefele_dial(path);
    }
    free(found);
    named = getenv("NEFELE_HOME");
    if (fd < 0 && !(named && *named)) {
        snprintf(path, capacity, "%s", service);
        fd = nefele_dial(path);
    }
    if (fd < 0) {
        snprintf(path, capacity, "%s/agent.sock", home);
        errno = error;
    }
    return fd;
}
