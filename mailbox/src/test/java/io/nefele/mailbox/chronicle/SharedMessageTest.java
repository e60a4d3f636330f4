package io.nefele.mailbox.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.openhft.chronicle.bytes.Bytes;

/** What goes straight into a queue and out of it is what the codec makes and takes. */
class SharedMessageTest {
  @Property(tries = 200)
  void whatIsWrittenIsWhatTheCodecMakesAndIsReadAgain(
      @ForAll boolean known, @ForAll @AlphaChars String topic, @ForAll long at, @ForAll byte[] of)
      throws MalformedMessage {
    SharedMessage message = message(known, topic, at, of);
    byte[] written = written(message);

    assertArrayEquals(SharedMessage.CODEC.toBytes(message).unsafeArray(), written);
    assertEquals(message.encodedBytes(message.head()), written.length);
    assertEquals(message, SharedMessage.read(Bytes.wrapForRead(written)));
  }

  @Property(tries = 200)
  void aMessageWithAnythingBehindItIsNone(@ForAll byte[] of, @ForAll byte more) {
    byte[] written = written(message(true, "topic", 1, of));
    byte[] longer = Arrays.copyOf(written, written.length + 1);
    longer[written.length] = more;

    assertThrows(MalformedMessage.class, () -> SharedMessage.read(Bytes.wrapForRead(longer)));
  }

  @Property(tries = 200)
  void aMessageThatWasCutShortIsNone(@ForAll @IntRange(min = 1, max = 40) int cut) {
    byte[] written = written(message(true, "topic", 1, new byte[20]));
    byte[] shorter = Arrays.copyOf(written, written.length - cut);

    assertThrows(Exception.class, () -> SharedMessage.read(Bytes.wrapForRead(shorter)));
  }

  private static SharedMessage message(boolean known, String topic, long at, byte[] payload) {
    ProcessId from = new ProcessId(new AgentBoot(new AgentId(7), 2), 3);
    return new SharedMessage(
        Optional.of(from).filter(id -> known), topic, at, io.nefele.core.Bytes.wrap(payload));
  }

  private static byte[] written(SharedMessage message) {
    Bytes<byte[]> out = Bytes.allocateElasticOnHeap();
    message.write(message.head(), out);
    return out.toByteArray();
  }
}
