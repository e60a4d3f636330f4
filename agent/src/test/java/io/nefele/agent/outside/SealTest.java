package io.nefele.agent.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {
  private static final Bytes KEY = Bytes.utf8("0123456789abcdef");
  private static final Bytes BODY = Bytes.utf8("hello");
  private static final long NOW = 1_900_000_000;
  private static final String EXPECTED =
      "a22f9f6fa643f3dd2af7b849cc2537655fd3fc7a8e53742da8950ef619fbd995";
  private static final String SEAL = Seal.of(KEY, "/call/web", BODY, NOW);

  @Test
  void itHoldsForJustThat() {
    assertTrue(Seal.holds(SEAL, KEY, "/call/web", BODY, NOW));
    assertFalse(Seal.holds(SEAL, Bytes.utf8("0123456789abcdeg"), "/call/web", BODY, NOW));
    assertFalse(Seal.holds(SEAL, KEY, "/send/web", BODY, NOW));
    assertFalse(Seal.holds(SEAL, KEY, "/call/web", Bytes.utf8("hellp"), NOW));
  }

  @Test
  void itHoldsForFiveMinutes_onEitherSide() {
    for (long at : new long[] {NOW - Seal.SECONDS_MAX, NOW + Seal.SECONDS_MAX}) {
      assertTrue(Seal.holds(SEAL, KEY, "/call/web", BODY, at));
    }
    for (long at : new long[] {NOW - Seal.SECONDS_MAX - 1, NOW + Seal.SECONDS_MAX + 1}) {
      assertFalse(Seal.holds(SEAL, KEY, "/call/web", BODY, at));
    }
  }

  @Test
  void itsTimeIsSealed_too() {
    String later = SEAL.replaceFirst("^[0-9]+", Long.toString(NOW + 1));
    assertFalse(Seal.holds(later, KEY, "/call/web", BODY, NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "1900000000", "x y", "99999999999999999999 00"})
  void whatIsNoSeal_doesNotHold(String text) {
    assertFalse(Seal.holds(text, KEY, "/call/web", BODY, NOW));
  }

  @Test
  void itIsWhatTheDecisionSays() {
    // printf 'POST\n/call/web\n1900000000\n%s' $(printf hello | sha256sum | cut -d' ' -f1) |
    //   openssl dgst -sha256 -hmac 0123456789abcdef
    assertEquals("1900000000 " + EXPECTED, SEAL);
  }
}
