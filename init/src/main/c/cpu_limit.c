#include "cpu_limit.h"

#include "cgroup_files.h"

#include <stdio.h>

enum {
    CPU_PERIOD_MICROS = 100000,
    CPU_QUOTA_MICROS_MIN = 1000, /* the kernel takes no less */
    CPU_QUOTA_MICROS_START = CPU_PERIOD_MICROS / 2,
    CPU_SHARES_OF_CORE = 1024,
    CPU_WEIGHT_OF_CORE = 100,
    CPU_WEIGHT_MAX = 10000,
};

static uint64_t at_least(uint64_t value, uint64_t least)
{
    return value < least ? least : value;
}

static uint64_t cpu_quota(uint32_t cpu_millis)
{
    return at_least((uint64_t)cpu_millis * CPU_PERIOD_MICROS / 1000, CPU_QUOTA_MICROS_MIN);
}

static bool set_quota(int directory, bool version2, uint64_t quota)
{
    if (!version2)
        return write_number(directory, "cpu.cfs_quota_us", quota);
    char max[48];
    snprintf(max, sizeof max, "%llu %d", (unsigned long long)quota, CPU_PERIOD_MICROS);
    return write_at(directory, "cpu.max", max);
}

bool cpu_limit_for_start(int directory, bool version2, uint32_t cpu_millis)
{
    uint64_t shares = at_least((uint64_t)cpu_millis * CPU_SHARES_OF_CORE / 1000, 2);
    uint64_t weight = at_least((uint64_t)cpu_millis * CPU_WEIGHT_OF_CORE / 1000, 1);
    bool weighted = version2 ? write_number(directory, "cpu.weight",
                                            weight > CPU_WEIGHT_MAX ? CPU_WEIGHT_MAX : weight)
                             : write_number(directory, "cpu.shares", shares);
    uint64_t quota = cpu_quota(cpu_millis);
    if (!weighted || !set_quota(directory, version2, quota))
        return false;
    if (quota < CPU_QUOTA_MICROS_START)
        set_quota(directory, version2, CPU_QUOTA_MICROS_START);
    return true;
}

bool cpu_limit_has_allowance(uint32_t cpu_millis)
{
    return cpu_quota(cpu_millis) < CPU_QUOTA_MICROS_START;
}

void cpu_limit_begin(int directory, bool version2, uint32_t cpu_millis)
{
    set_quota(directory, version2, cpu_quota(cpu_millis));
}
