package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final Codec<String> STRING = Codec.of((s, out) -> out.string(s), Decoder::string);

  @Property
  void everyPrimitiveComesBackAsItWas(
      @ForAll byte int8,
      @ForAll int int32,
      @ForAll long int64,
      @ForAll boolean bool,
      @ForAll byte[] bytes)
      throws MalformedMessage {
    Encoder out = new Encoder();
    out.int8(int8).int32(int32).int64(int64).bool(bool).bytes(Bytes.copyOf(bytes));
    Decoder in = new Decoder(out.toBytes());
    assertEquals(int8, in.int8());
    assertEquals(int32, in.int32());
    assertEquals(int64, in.int64());
    assertEquals(bool, in.bool());
    assertEquals(Bytes.copyOf(bytes), in.bytes());
    in.expectEnd();
  }

  @Property
  void stringsThatAreSharedComeBackAsTheyWere(
      @ForAll @Size(max = 300) List<@StringLength(max = 2) String> strings)
      throws MalformedMessage {
    Encoder out = new Encoder();
    strings.forEach(out::string);
    Decoder in = new Decoder(out.toBytes());
    for (String string : strings) {
      assertEquals(string, in.sharedString());
    }
    in.expectEnd();
  }

  @Test
  void aStringThatComesAgainIsTheSameObject() throws MalformedMessage {
    Decoder in = new Decoder(new Encoder().string("tenant").string("tenant").toBytes());
    assertSame(in.sharedString(), in.sharedString());
  }

  @Test
  void aSharedStringThatIsCutOffIsMalformed() {
    Decoder in = new Decoder(new Encoder().string("a").int32(7).int8('a').toBytes());
    assertDoesNotThrow(in::sharedString);
    assertThrows(MalformedMessage.class, in::sharedString);
  }

  @Property
  void aProcessIdComesBackFromBytesAndFromText(
      @ForAll @LongRange(min = 0, max = (1L << 50) - 1) long agent,
      @ForAll @IntRange(min = 1) int epoch,
      @ForAll @IntRange(min = 1) int counter)
      throws MalformedMessage {
    ProcessId id = new ProcessId(new AgentBoot(new AgentId(agent), epoch), counter);
    assertEquals(id, ProcessId.CODEC.fromBytes(ProcessId.CODEC.toBytes(id)));
    assertEquals(id, ProcessId.parse(id.toString()));
  }

  @Property
  void anyBytesAreAValueOrMalformed(@ForAll byte[] bytes) {
    try {
      Codec<List<String>> strings =
          Codec.of((list, out) -> out.list(STRING, list), in -> in.list(STRING));
      List<String> decoded = strings.fromBytes(Bytes.copyOf(bytes));
      assertEquals(Bytes.copyOf(bytes), strings.toBytes(decoded));
    } catch (MalformedMessage expected) {
      // The other of the two allowed outcomes.
    }
  }

  @Test
  void optionalsKeepPresenceAndAbsence() throws MalformedMessage {
    Encoder out = new Encoder();
    out.optional(STRING, Optional.of("x")).optional(STRING, Optional.empty());
    Decoder in = new Decoder(out.toBytes());
    assertEquals(Optional.of("x"), in.optional(STRING));
    assertEquals(Optional.empty(), in.optional(STRING));
  }

  @Test
  void aListLongerThanItsBytesIsMalformed() {
    Bytes lie = new Encoder().int32(Integer.MAX_VALUE).toBytes();
    assertThrows(MalformedMessage.class, () -> new Decoder(lie).list(STRING));
  }

  @Test
  void aValueOutOfRangeIsMalformed() {
    Bytes zeroEpoch = new Encoder().int64(1).int32(0).toBytes();
    assertThrows(MalformedMessage.class, () -> AgentBoot.CODEC.fromBytes(zeroEpoch));
  }

  @Test
  void bytesKeepWhatACodecReadInThem() {
    Bytes bytes = Endpoint.CODEC.toBytes(new Endpoint("10.0.0.1", 7000));
    Endpoint first = bytes.read(Endpoint.CODEC).orElseThrow();
    assertEquals(new Endpoint("10.0.0.1", 7000), first);
    assertSame(first, bytes.read(Endpoint.CODEC).orElseThrow());
    assertEquals(Optional.empty(), bytes.read(AgentBoot.CODEC));
  }

  @Property
  void anEndpointIsAsLongAsItSays(
      @ForAll @StringLength(min = 1, max = 60) String host,
      @ForAll @IntRange(min = 1, max = 9999) int port) {
    Endpoint endpoint = new Endpoint(host, port);
    assertEquals(Endpoint.CODEC.toBytes(endpoint).size(), endpoint.encodedBytes());
  }
}
