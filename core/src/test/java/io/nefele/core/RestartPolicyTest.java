package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestartPolicyTest {

  @ParameterizedTest
  @ValueSource(strings = {"never", "on-failure", "on-failure:3", "always", "always:999999"})
  void parse_readsWhatTextWrites(String text) {
    assertEquals(text, RestartPolicy.parse(text).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sometimes", "always:", "always:0", "always:-1", "never:2", "Always"})
  void parse_ofAnythingElse_saysWhatItCouldBe(String text) {
    String told =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> RestartPolicy.parse(text))
                .getMessage());

    assertTrue(told.contains("'" + text + "'"), told);
    assertTrue(told.contains("MAX"), told);
  }

  @Test
  void wants_onFailure_passesOverCleanEnds() {
    RestartPolicy policy = RestartPolicy.parse("on-failure");

    assertTrue(policy.wants(true, 100));
    assertFalse(policy.wants(false, 0));
  }

  @Test
  void wants_withALimit_countsThoseInARow() {
    RestartPolicy policy = RestartPolicy.parse("always:2");

    assertTrue(policy.wants(false, 1));
    assertFalse(policy.wants(false, 2));
  }

  @Test
  void delayMillis_doublesUpToAMinute() {
    assertEquals(100, RestartPolicy.delayMillis(1));
    assertEquals(200, RestartPolicy.delayMillis(2));
    assertEquals(51_200, RestartPolicy.delayMillis(10));
    assertEquals(60_000, RestartPolicy.delayMillis(11));
    assertEquals(60_000, RestartPolicy.delayMillis(Integer.MAX_VALUE));
  }
}
