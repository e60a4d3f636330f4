package io.nefele.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.MalformedMessage;
import io.nefele.core.SeededStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class GossipLawsTest {

  @Property
  void mergeIsCommutativeAssociativeAndIdempotent(
      @ForAll("claims") Member a, @ForAll("claims") Member b, @ForAll("claims") Member c) {
    assertEquals(Member.merge(a, b), Member.merge(b, a));
    assertEquals(Member.merge(a, Member.merge(b, c)), Member.merge(Member.merge(a, b), c));
    assertEquals(a, Member.merge(a, a));
  }

  @Property
  void aLaterBootOutranksEveryIncarnationOfAnEarlierOne(
      @ForAll("claims") Member a, @ForAll("claims") Member b) {
    if (a.boot().epoch() > b.boot().epoch()) {
      assertEquals(a, Member.merge(a, b));
    }
  }

  @Property
  void everyMessageComesBackFromItsBytes(@ForAll("messages") GossipMessage message)
      throws MalformedMessage {
    assertEquals(message, GossipMessage.CODEC.fromBytes(GossipMessage.CODEC.toBytes(message)));
  }

  @Property
  void newsIsAsLongAsItSays(@ForAll("claims") Member claim, @ForAll boolean accused) {
    News news = accused ? News.accusation(claim, new AgentId(5), Evidence.SILENCE) : News.of(claim);
    assertEquals(News.CODEC.toBytes(news).size(), news.encodedBytes());
  }

  @Property
  void anyBytesAreAMessageOrMalformed(
      @ForAll @IntRange(min = 0, max = 8) int kind, @ForAll byte[] rest) {
    byte[] bytes = new byte[rest.length + 1];
    bytes[0] = (byte) kind;
    System.arraycopy(rest, 0, bytes, 1, rest.length);
    decodeOrRefuse(bytes);
  }

  @Property
  void aDamagedMessageIsAMessageOrMalformedAndNeverStopsACore(
      @ForAll("messages") GossipMessage message, @ForAll int place, @ForAll byte damage) {
    byte[] bytes = GossipMessage.CODEC.toBytes(message).toArray();
    bytes[Math.floorMod(place, bytes.length)] = damage;
    TestNetwork network = new TestNetwork(1);
    TestNetwork.Agent agent = network.start(0);
    decodeOrRefuse(bytes)
        .ifPresent(read -> agent.tell(new GossipInput.Received(TestNetwork.endpoint(1), read)));
    network.run(Duration.ofSeconds(3));
  }

  @Property(tries = 20)
  void coordinatesConvergeToThePlacesOfTheHosts(@ForAll @IntRange(min = 1) int seed) {
    SeededStreams streams = new SeededStreams(seed);
    RandomGenerator random = streams.stream("places");
    int count = 12;
    List<Vivaldi> hosts = new ArrayList<>();
    double[][] places = new double[count][2];
    for (int i = 0; i < count; i++) {
      hosts.add(new Vivaldi(streams.stream("host " + i)));
      places[i][0] = random.nextDouble(50);
      places[i][1] = random.nextDouble(50);
    }
    for (int round = 0; round < 4_000; round++) {
      int i = random.nextInt(count);
      int j = random.nextInt(count);
      if (i != j) {
        long micros = Math.round(1_000 * rttMillis(places[i], places[j]));
        hosts
            .get(i)
            .observe(new AgentId(j), hosts.get(j).coordinate(), Duration.ofNanos(micros * 1_000));
      }
    }
    double worst = 0;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double estimate = hosts.get(i).coordinate().millisTo(hosts.get(j).coordinate());
        double real = rttMillis(places[i], places[j]);
        sum += Math.abs(estimate - real) / real;
        worst = Math.max(worst, Math.abs(estimate - real) / real);
      }
    }
    double mean = sum / (count * (count - 1) / 2);
    assertTrue(mean < 0.15, "mean error " + mean + ", worst " + worst);
  }

  private static double rttMillis(double[] a, double[] b) {
    return 1 + Math.hypot(a[0] - b[0], a[1] - b[1]);
  }

  private static Optional<GossipMessage> decodeOrRefuse(byte[] bytes) {
    try {
      return Optional.of(GossipMessage.CODEC.fromBytes(Bytes.wrap(bytes)));
    } catch (MalformedMessage expected) {
      return Optional.empty();
    }
  }

  @Provide
  Arbitrary<Member> claims() {
    // Few values each, so that ties are frequent.
    return Combinators.combine(
            Arbitraries.integers().between(1, 2),
            Arbitraries.integers().between(7000, 7001),
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(MemberState.class),
            Arbitraries.of("", "a", "b"),
            Arbitraries.of(0f, 1f))
        .as(
            (epoch, port, incarnation, state, metadata, x) ->
                new Member(
                    new AgentBoot(new AgentId(1000), epoch),
                    new Endpoint("10.0.0.1", port),
                    incarnation,
                    state,
                    Bytes.utf8(metadata),
                    new Coordinate(x, 0f, 0f, 0f, 1f, 1f)));
  }

  @Provide
  Arbitrary<GossipMessage> messages() {
    Arbitrary<List<News>> news =
        Combinators.combine(claims(), Arbitraries.of(Evidence.class))
            .as((claim, evidence) -> News.accusation(claim, new AgentId(5), evidence))
            .list()
            .ofMinSize(1)
            .ofMaxSize(3);
    Arbitrary<Integer> sequence = Arbitraries.integers();
    AgentId agent = new AgentId(1000);
    TableDigest digest = new TableDigest(-3, 2);
    List<Long> buckets = new ArrayList<>();
    for (long i = 0; i < MemberTable.BUCKETS; i++) {
      buckets.add(i);
    }
    return Combinators.combine(sequence, news, Arbitraries.integers().between(1, 7))
        .as(
            (number, items, kind) ->
                switch (kind) {
                  case 1 -> new GossipMessage.Ping(number, agent, true, digest, items);
                  case 2 -> new GossipMessage.Ack(number, agent, Coordinate.ORIGIN, digest, items);
                  case 3 ->
                      new GossipMessage.PingRequest(number, agent, TestNetwork.endpoint(3), items);
                  case 4 -> new GossipMessage.Nack(number);
                  case 5 -> new GossipMessage.Rumours(items);
                  case 6 -> new GossipMessage.SyncOffer(buckets, items.getFirst());
                  default -> new GossipMessage.SyncRows(-1, items);
                });
  }
}
