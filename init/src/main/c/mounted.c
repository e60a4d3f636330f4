#include "mounted.h"

#include <stdio.h>
#include <string.h>

static bool has_word(const char *list, const char *word, char separator)
{
    size_t length = strlen(word);
    for (const char *at = list; at != NULL; at = strchr(at, separator)) {
        at += *at == separator;
        if (strncmp(at, word, length) == 0
            && (at[length] == separator || at[length] == '\0' || at[length] == '\n'))
            return true;
    }
    return false;
}

bool cgroup_mount(const char *controller, char path[PATH_MAX])
{
    FILE *mounts = fopen("/proc/self/mounts", "re");
    if (mounts == NULL)
        return false;
    bool found = false;
    char place[1024], type[32], options[1024];
    while (!found && fscanf(mounts, "%*s %1023s %31s %1023s %*d %*d", place, type, options) == 3) {
        found = controller == NULL ? strcmp(type, "cgroup2") == 0
                                   : strcmp(type, "cgroup") == 0 && has_word(options, controller, ',');
    }
    fclose(mounts);
    if (found)
        snprintf(path, PATH_MAX, "%s", place);
    return found;
}

bool cgroup_own(const char *controller, char own[PATH_MAX])
{
    FILE *lines = fopen("/proc/self/cgroup", "re");
    if (lines == NULL)
        return false;
    char line[PATH_MAX + 256];
    bool found = false;
    while (!found && fgets(line, sizeof line, lines) != NULL) {
        char *list = strchr(line, ':');
        char *path = list == NULL ? NULL : strchr(++list, ':');
        if (path == NULL)
            continue;
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        found = controller == NULL ? *list == '\0' : has_word(list, controller, ',');
        if (found)
            snprintf(own, PATH_MAX, "%s", path);
    }
    fclose(lines);
    return found;
}
