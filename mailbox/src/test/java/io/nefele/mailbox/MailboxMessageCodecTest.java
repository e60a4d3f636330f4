package io.nefele.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MailboxMessageCodecTest {

  @Property
  void everyMessageComesBackAsItWas(@ForAll("messages") MailboxMessage message)
      throws MalformedMessage {
    assertEquals(message, MailboxMessage.CODEC.fromBytes(MailboxMessage.CODEC.toBytes(message)));
  }

  @Property
  void everyEnvelopeComesBackAsItWas(@ForAll("envelopes") Envelope envelope)
      throws MalformedMessage {
    assertEquals(envelope, Envelope.CODEC.fromBytes(Envelope.CODEC.toBytes(envelope)));
  }

  @Property
  void anyBytesAreAMessageOrMalformed(@ForAll @Size(max = 200) byte[] bytes) {
    roundTripOrMalformed(MailboxMessage.CODEC, bytes);
    roundTripOrMalformed(Envelope.CODEC, bytes);
  }

  @Property
  void aDamagedMessageIsAMessageOrMalformed(
      @ForAll("messages") MailboxMessage message,
      @ForAll @IntRange(min = 0, max = 10_000) int at,
      @ForAll byte damage) {
    byte[] bytes = MailboxMessage.CODEC.toBytes(message).toArray();
    bytes[at % bytes.length] = damage;
    roundTripOrMalformed(MailboxMessage.CODEC, bytes);
  }

  private static <T> void roundTripOrMalformed(Codec<T> codec, byte[] bytes) {
    try {
      assertEquals(Bytes.copyOf(bytes), codec.toBytes(codec.fromBytes(Bytes.copyOf(bytes))));
    } catch (MalformedMessage expected) {
      // The other of the two allowed outcomes.
    }
  }

  @Provide
  Arbitrary<MailboxMessage> messages() {
    Arbitrary<MailboxMessage> deliver =
        Combinators.combine(envelopes(), Arbitraries.longs()).as(MailboxMessage.Deliver::of);
    Arbitrary<MailboxMessage> accepted =
        Combinators.combine(boots(), processes(), sequences()).as(MailboxMessage.Accepted::new);
    Arbitrary<MailboxMessage> rejected =
        Combinators.combine(boots(), processes(), sequences(), Arbitraries.of(RefusalReason.class))
            .as(MailboxMessage.Rejected::new);
    return Arbitraries.oneOf(deliver, accepted, rejected);
  }

  @Provide
  Arbitrary<Envelope> envelopes() {
    Arbitrary<Bytes> payloads =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(100).map(Bytes::copyOf);
    Arbitrary<List<Header>> headers =
        Combinators.combine(Arbitraries.strings().ofMinLength(1).ofMaxLength(20).alpha(), payloads)
            .as(Header::new)
            .list()
            .ofMaxSize(16);
    Arbitrary<Optional<ProcessId>> from = processes().optional();
    return Combinators.combine(
            from, processes(), boots(), sequences(), Arbitraries.longs(), headers, payloads)
        .as(Envelope::new);
  }

  private static Arbitrary<ProcessId> processes() {
    return Combinators.combine(boots(), Arbitraries.integers().greaterOrEqual(1))
        .as(ProcessId::new);
  }

  private static Arbitrary<AgentBoot> boots() {
    return Combinators.combine(
            Arbitraries.longs().between(0, (1L << 50) - 1),
            Arbitraries.integers().greaterOrEqual(1))
        .as((agent, epoch) -> new AgentBoot(new AgentId(agent), epoch));
  }

  private static Arbitrary<Long> sequences() {
    return Arbitraries.longs().greaterOrEqual(1);
  }
}
