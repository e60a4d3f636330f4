package io.nefele.bench.report;

import java.time.Instant;
import java.util.List;

/** A report with a row of every kind. */
final class Reports {
  static final MachineFacts MACHINE =
      new MachineFacts("Some CPU", 2, 24L << 30, "6.1", "JDK 25", 0.05, Instant.EPOCH, "abc123");

  private Reports() {}

  static Report everyKind() {
    Quantity floor = Quantity.nanos(100_000);
    return new Report(
        "spawn",
        "Spawn",
        MACHINE,
        List.of(
            new Section(
                "A | B",
                "Again and again.",
                List.of(
                    Row.of("floor", floor),
                    Row.of("met", Quantity.nanos(200_000))
                        .detail("p99", Quantity.nanos(300_000))
                        .detail("n", Quantity.count(1000))
                        .beside("floor", floor)
                        .goal(new Goal.AtMostTimes(10)),
                    Row.of("missed", Quantity.percent(2))
                        .goal(new Goal.AtMost(Quantity.percent(1))),
                    Row.of("fast enough", Quantity.nanos(80_000))
                        .beside("floor", floor)
                        .goal(new Goal.AtLeastTimes(0.7)),
                    Row.of("too few", Quantity.perSecond(900))
                        .goal(new Goal.AtLeast(Quantity.perSecond(1000))),
                    Row.failed("broken", "a | b\nand more")))));
  }
}
