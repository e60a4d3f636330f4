package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z][a-zA-Z0-9_./-]{0,62}");

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

  @Property
  void aTextIsANameIfItHasTheForm(@ForAll("texts") String text) {
    boolean isName = FORM.matcher(text).matches() && !ProcessId.isProcessId(text);
    if (isName) {
      assertEquals(text, new Name(text).toString());
    } else {
      assertThrows(IllegalArgumentException.class, () -> new Name(text));
    }
  }

  /** Of the characters at the borders of what is allowed, and some of those around them. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("azAZ09_.-/,:`{@[ \u00e4").ofMaxLength(66);
  }
}
