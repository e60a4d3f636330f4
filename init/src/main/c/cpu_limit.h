/*
 * How much of the cpu a cgroup gets. Until its execve the init waits for a child, with all that others
 * want started: with a hundredth of a core it would for tenths of a second. So a small limit is
 * replaced by an allowance for the start.
 */
#ifndef NEFELE_CPU_LIMIT_H
#define NEFELE_CPU_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * False and errno if the limit can't be had: it is set first, so that one that the kernel refuses is
 * known before anything runs, and then the allowance, if the limit is less.
 */
bool cpu_limit_for_start(int directory, bool version2, uint32_t cpu_millis);
/* Whether a limit is replaced by the allowance. */
bool cpu_limit_has_allowance(uint32_t cpu_millis);
/* The limit itself from now on. */
void cpu_limit_begin(int directory, bool version2, uint32_t cpu_millis);

#endif
