/* The files by which the kernel is told and asked about cgroups. */
#ifndef NEFELE_CGROUP_FILES_H
#define NEFELE_CGROUP_FILES_H

#include <stdbool.h>
#include <stdint.h>

/* Each false, and errno, if the kernel does not take it. */
bool write_at(int directory, const char *file, const char *text);
bool write_number(int directory, const char *file, uint64_t number);

/* The number behind `key` in a file of keys and numbers; 0 if there is none. */
uint64_t number_at(int directory, const char *file, const char *key);

#endif
