package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.7, 10.0.0.7:4747",
    "host:99, host:99",
    "[fe80::1]:99, [fe80::1]:99",
    "fe80::1, [fe80::1]:4747"
  })
  void seedsHaveADefaultPort(String text, String endpoint) {
    assertEquals(endpoint, AgentMain.seed(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":99", "host:x", "host:65536", "host:0", "[fe80::1"})
  void whatIsNoSeedIsNamed(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> AgentMain.seed(text));
    assertTrue(refusal.toString().contains("not '" + text + "'"), refusal::toString);
  }
}
