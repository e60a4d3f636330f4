package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ProcessIdTest {
  private static final Pattern FORM = Pattern.compile("[0-9a-z]{10}\\.[0-9]{1,10}\\.[0-9]{1,10}");

  @Property
  void whatIsPrintedIsReadAgain(
      @ForAll @LongRange(min = 0, max = (1L << 50) - 1) long agent,
      @ForAll @IntRange(min = 1) int epoch,
      @ForAll @IntRange(min = 1) int counter) {
    ProcessId id = new ProcessId(new AgentBoot(new AgentId(agent), epoch), counter);
    assertEquals(id, ProcessId.parse(id.toString()));
  }

  @Property
  void aTextIsAProcessIdIfItHasTheForm(@ForAll("texts") String text) {
    assertEquals(FORM.matcher(text).matches(), ProcessId.isProcessId(text), text);
    if (!ProcessId.isProcessId(text)) {
      assertThrows(IllegalArgumentException.class, () -> ProcessId.parse(text));
    }
  }

  /** Many of them are ids, or nearly. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> agents =
        Arbitraries.strings().withChars("09azA").ofMinLength(9).ofMaxLength(11);
    Arbitrary<String> numbers = Arbitraries.strings().withChars("0123456789x").ofMaxLength(11);
    Arbitrary<String> ids =
        Combinators.combine(agents, numbers, numbers)
            .as((agent, epoch, counter) -> agent + "." + epoch + "." + counter);
    return Arbitraries.oneOf(ids, agents, Arbitraries.strings().withChars("0a.").ofMaxLength(16));
  }
}
