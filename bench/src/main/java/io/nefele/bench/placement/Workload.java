package io.nefele.bench.placement;

import io.nefele.core.Name;
import io.nefele.placement.Component;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Servers and requests of the shape of Google's cluster of 2011. Servers are of the published kinds
 * and in their proportions (Reiss et al., SoCC 2012, table 1); the largest counts as 64 cores and
 * 256 GiB. Requests are mostly small and heavy-tailed in both dimensions, as described there: sizes
 * are powers of two of 1/128 of the largest server, each half as frequent as the next smaller;
 * every tenth request is a gang of up to 32, half of these of two kinds.
 */
final class Workload {
  private static final int LARGEST_MILLIS = 64_000;
  private static final long LARGEST_BYTES = 256L << 30;

  /** How many servers there are of a kind, and what they have beside the largest. */
  private record Kind(int servers, double cpu, double memory) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(6732, 0.5, 0.5),
          new Kind(3863, 0.5, 0.25),
          new Kind(1001, 0.5, 0.75),
          new Kind(795, 1, 1),
          new Kind(126, 0.25, 0.25),
          new Kind(52, 0.5, 0.12));

  private final Random random;

  Workload(long seed) {
    this.random = new Random(seed);
  }

  List<Resources> servers(int count) {
    int all = KINDS.stream().mapToInt(Kind::servers).sum();
    List<Resources> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int pick = (int) ((i + 0.5) * all / count);
      int kind = 0;
      while (pick >= KINDS.get(kind).servers()) {
        pick -= KINDS.get(kind).servers();
        kind++;
      }
      Kind its = KINDS.get(kind);
      servers.add(
          new Resources((int) (LARGEST_MILLIS * its.cpu()), (long) (LARGEST_BYTES * its.memory())));
    }
    Collections.shuffle(servers, random);
    return servers;
  }

  List<Component> request() {
    if (random.nextInt(10) > 0) {
      return List.of(component(size(), 1));
    }
    List<Component> gang = new ArrayList<>();
    gang.add(component(size(), 2 + random.nextInt(30)));
    if (random.nextBoolean()) {
      gang.add(component(size(), 1 + random.nextInt(4)));
    }
    return gang;
  }

  /** 64 processes of 1/64 of the largest server, and four of an eighth. */
  static List<Component> gang() {
    return List.of(
        component(new Resources(LARGEST_MILLIS / 64, LARGEST_BYTES / 64), 64),
        component(new Resources(LARGEST_MILLIS / 8, LARGEST_BYTES / 8), 4));
  }

  int any(int bound) {
    return random.nextInt(bound);
  }

  /** Exponentially distributed. */
  double wait(double mean) {
    return -Math.log(1 - random.nextDouble()) * mean;
  }

  private Resources size() {
    int steps = Math.min(5, (int) (Math.log(1 - random.nextDouble()) / Math.log(0.5)));
    double cpu = Math.pow(2, steps) / 128;
    double memory = Math.clamp(cpu * Math.pow(2, random.nextGaussian()), 1.0 / 512, 0.25);
    return new Resources((int) (LARGEST_MILLIS * cpu), (long) (LARGEST_BYTES * memory));
  }

  private static Component component(Resources each, int count) {
    return new Component(
        new ProcessTemplate(
            new Name("bench"),
            Optional.empty(),
            each,
            List.of(),
            List.of(),
            List.of(),
            "/",
            List.of("work")),
        count);
  }
}
