package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.ProgramWords;
import io.nefele.core.Sizing;
import io.nefele.core.Sizing.Source;
import io.nefele.table.history.Estimate;
import io.nefele.table.tenant.Defaults;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.wire.PlacingRow;
import io.nefele.wire.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fills in what a spawn does not say of the cpu and memory of its processes: what the tenant has
 * for a default, or else what the program is known to use, or else what its binary needs to be
 * loaded. What was said, also that there be none, is left as it is.
 */
final class Sizes {
  /** Programs that need less to be loaded need more to do anything: that says nothing of them. */
  private static final long BINARY_BYTES_MIN = 16 << 20;

  private static final long MIB = 1 << 20;

  static final String CPU = "cpu";
  static final String MEMORY = "mem";

  private final Tenancy tenancy;
  private final HistoryBook history;

  Sizes(Tenancy tenancy, HistoryBook history) {
    this.tenancy = tenancy;
    this.history = history;
  }

  /**
   * What each process of a kind is granted.
   *
   * @param filled what of it was filled in, for whoever asks
   */
  record Sized(int cpuMillis, long memoryBytes, Sizing sizing, List<PlacingRow.FilledRow> filled) {}

  private record Amount(long amount, Source from, String why) {
    static final Amount NONE = new Amount(0, Source.ASKED, "");
  }

  /**
   * @param facts what was found out about the program; empty: nothing
   */
  Sized fill(Name tenant, ProcessSpec spec, Optional<ProgramFacts> facts) {
    Defaults defaults =
        tenancy.tenant(tenant).map(RegistryEntry.Tenant::defaults).orElse(Defaults.NONE);
    Optional<Estimate> estimate = facts.flatMap(its -> history.estimate(tenant, its.program()));
    Amount cpu =
        first(
            spec.cpuMillis(),
            new Amount(defaults.cpuMillis(), Source.TENANT, "the tenant's default"),
            estimate
                .map(its -> new Amount(its.cpuToSetAside(), Source.HISTORY, ran(its)))
                .orElse(Amount.NONE),
            Amount.NONE);
    Amount memory =
        first(
            spec.memoryBytes(),
            new Amount(defaults.memoryBytes(), Source.TENANT, "the tenant's default"),
            estimate
                .map(its -> new Amount(its.memoryToSetAside(), Source.HISTORY, ran(its)))
                .orElse(Amount.NONE),
            facts.map(Sizes::loaded).orElse(Amount.NONE));
    String label = ProgramWords.of(spec.command()).label();
    List<PlacingRow.FilledRow> filled = new ArrayList<>();
    tell(label, CPU, cpu, filled);
    tell(label, MEMORY, memory, filled);
    return new Sized(
        (int) cpu.amount,
        memory.amount,
        new Sizing(facts.map(ProgramFacts::program), cpu.from, memory.from),
        List.copyOf(filled));
  }

  /** What was said, or else the first of the others that says anything. */
  private static Amount first(long said, Amount... others) {
    if (said != 0) {
      return new Amount(Math.max(0, said), Source.ASKED, "");
    }
    for (Amount other : others) {
      if (other.amount > 0) {
        return other;
      }
    }
    return Amount.NONE;
  }

  private static Amount loaded(ProgramFacts facts) {
    return facts.leastMemoryBytes() < BINARY_BYTES_MIN
        ? Amount.NONE
        : new Amount(
            Math.ceilDiv(facts.leastMemoryBytes(), MIB) * MIB, Source.BINARY, "needed to load it");
  }

  private static String ran(Estimate estimate) {
    return estimate.runs() == 1 ? "1 run" : estimate.runs() + " runs";
  }

  private static void tell(
      String label, String resource, Amount amount, List<PlacingRow.FilledRow> filled) {
    if (amount.from != Source.ASKED) {
      filled.add(
          new PlacingRow.FilledRow(
              label, resource, amount.amount, amount.from.text(), amount.why, true));
    }
  }
}
