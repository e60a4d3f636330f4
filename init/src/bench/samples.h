/* How the floors take and print their times. */
#ifndef NEFELE_BENCH_SAMPLES_H
#define NEFELE_BENCH_SAMPLES_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int ascending(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static void print(const char *what, double *micros, int count)
{
    qsort(micros, (size_t)count, sizeof *micros, ascending);
    printf("%s p50 %.0f us, p99 %.0f us\n", what, micros[count / 2], micros[count * 99 / 100]);
}

#endif
