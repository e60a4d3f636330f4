package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class SeededStreamsTest {

  @Test
  void theSameSeedAndNameGiveTheSameStream() {
    assertEquals(
        new SeededStreams(7).stream("network").nextLong(),
        new SeededStreams(7).stream("network").nextLong());
  }

  @Test
  void anotherNameOrSeedGivesAnotherStream() {
    long network = new SeededStreams(7).stream("network").nextLong();
    assertNotEquals(network, new SeededStreams(7).stream("faults").nextLong());
    assertNotEquals(network, new SeededStreams(8).stream("network").nextLong());
  }
}
