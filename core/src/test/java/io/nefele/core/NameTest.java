package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {

  @ParameterizedTest
  @ValueSource(strings = {"web", "a", "Web-1", "orders/eu.west_2"})
  void namesStartWithALetter(String text) {
    assertEquals(text, new Name(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1web", "a b", "any:web", "ü", "a7k2m9q0xw.3.42"})
  void whatIsNoNameOrLooksLikeAProcessIdIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> new Name(text));
  }
}
