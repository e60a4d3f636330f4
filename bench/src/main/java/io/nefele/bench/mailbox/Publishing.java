package io.nefele.bench.mailbox;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.fabric.PrivateNetwork;
import io.nefele.bench.report.Goal;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import io.nefele.bench.report.Section;
import io.nefele.core.Bytes;
import io.nefele.lib.Nefele;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What it takes on the wire to publish to few and to many subscribers. */
final class Publishing {
  private static final int AGENTS = 10;
  private static final int WARM_UP = 500;
  private static final int PUBLISHED = 1_000;
  private static final int PENDING_MAX = 100_000;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Ten times the subscribers at as many agents may cost hardly more. */
  private static final double GOAL_TIMES = 1.1;

  private record Cost(Quantity bytes, Samples took) {}

  private Publishing() {}

  static Section measure(Distribution distribution, int bytes) throws Exception {
    PrivateNetwork network = PrivateNetwork.probe();
    try (BenchFabric fabric = BenchFabric.up(distribution, AGENTS, network)) {
      Cost one = publish(fabric, 1, bytes);
      Cost ten = publish(fabric, AGENTS, bytes);
      Cost hundred = publish(fabric, 10 * AGENTS, bytes);
      List<Row> rows = new ArrayList<>();
      rows.add(row("1 subscriber", one));
      rows.add(row("10 subscribers, one at each agent", ten));
      rows.add(
          row("100 subscribers, ten at each agent", hundred)
              .beside("10 subscribers", ten.bytes())
              .goal(new Goal.AtMostTimes(GOAL_TIMES)));
      return new Section(
          "Bytes on the wire to publish " + Quantity.bytes(bytes) + " at one of 10 agents",
          "Of "
              + PUBLISHED
              + " one after the other, after "
              + WARM_UP
              + " to warm up; each is answered when it is stored for all. What the agents say to each"
              + " other at rest is taken off. "
              + network.method(),
          rows);
    }
  }

  private static Row row(String what, Cost cost) {
    return Row.of(what, cost.bytes())
        .detail("answered after", cost.took().median())
        .detail("p99", cost.took().percentile(99));
  }

  private static Cost publish(BenchFabric fabric, int subscribers, int bytes) throws Exception {
    String topic = "bench/" + subscribers;
    for (int i = 0; i < subscribers; i++) {
      // The publisher's agent comes last.
      int agent = (i + 1) % AGENTS + 1;
      Response.Subscribed unused =
          fabric
              .client(agent)
              .subscribe(
                  new Request.Subscribe(
                      Optional.of("bench-subscriber-" + subscribers + "-" + i),
                      topic,
                      Request.WhenFull.DROP_OLDEST,
                      PENDING_MAX,
                      0));
    }
    Nefele publisher = fabric.client(1);
    Bytes payload = Bytes.wrap(new byte[bytes]);
    Samples took = new Samples();
    publish(publisher, topic, payload, WARM_UP, subscribers, new Samples());
    long restBegan = System.nanoTime();
    long before = PrivateNetwork.loopbackBytes(fabric.pid(1));
    TimeUnit.SECONDS.sleep(5);
    long atRest = PrivateNetwork.loopbackBytes(fabric.pid(1));
    long began = System.nanoTime();
    publish(publisher, topic, payload, PUBLISHED, subscribers, took);
    long ended = System.nanoTime();
    double restBytesPerNano = (double) (atRest - before) / (began - restBegan);
    double sent =
        PrivateNetwork.loopbackBytes(fabric.pid(1)) - atRest - restBytesPerNano * (ended - began);
    return new Cost(Quantity.bytes(Math.max(1, Math.round(sent / PUBLISHED))), took);
  }

  private static void publish(
      Nefele publisher, String topic, Bytes payload, int times, int subscribers, Samples took)
      throws Exception {
    for (int i = 0; i < times; i++) {
      long begin = System.nanoTime();
      Response.Published published = publisher.publish(Optional.empty(), topic, payload, LIMIT);
      took.addNanos(System.nanoTime() - begin);
      if (published.stored() != subscribers) {
        throw new BenchFailure(
            "a message was stored for " + published.stored() + " of " + subscribers);
      }
    }
  }
}
