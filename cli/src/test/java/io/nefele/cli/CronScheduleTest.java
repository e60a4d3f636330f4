package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * * | 2026-02-27T10:00:00Z | 2026-02-27T10:01:00Z",
        "*/5 * * * * | 2026-02-27T10:00:01Z | 2026-02-27T10:05:00Z",
        "7/20 * * * * | 2026-02-27T10:27:00Z | 2026-02-27T10:47:00Z",
        "0 3 * * * | 2026-02-28T03:00:00Z | 2026-03-01T03:00:00Z",
        "30 9-17/4 * * mon-fri | 2026-02-27T17:30:00Z | 2026-03-02T09:30:00Z",
        "0 0 29 feb * | 2026-02-27T10:00:00Z | 2028-02-29T00:00:00Z",
        "0 0 13 * fri | 2026-02-27T10:00:00Z | 2026-03-06T00:00:00Z",
        "0 0 * * 7 | 2026-02-27T10:00:00Z | 2026-03-01T00:00:00Z",
        "0 0 1,15 * * | 2026-02-27T10:00:00Z | 2026-03-01T00:00:00Z",
      })
  void next_isTheFirstTimeAfter(String text, Instant after, Instant next) {
    assertEquals(Optional.of(next), CronSchedule.parse(text).next(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * | five fields",
        "60 * * * * | '60' is no minute: 0 to 59",
        "* * 0 * * | '0' is no day of the month",
        "* * * jan-foo * | 'foo' is no month",
        "5-1 * * * * | '5-1' is no minute",
        "*/0 * * * * | '*/0' is no minute",
        "0 0 30 feb * | is never due",
        "1,, * * * * | '' is no minute",
      })
  void whatIsNoSchedule_isRefusedByItsField(String text, String words) {
    var refused = assertThrows(IllegalArgumentException.class, () -> CronSchedule.parse(text));
    assertTrue(String.valueOf(refused.getMessage()).contains(words), refused::getMessage);
  }

  @Test
  void every_isAtTheSameTimesWhoeverCounts() {
    Timetable each = Timetable.every(Duration.ofMinutes(10));
    Instant next = Instant.parse("2026-02-27T10:10:00Z");
    assertEquals(Optional.of(next), each.next(Instant.parse("2026-02-27T10:03:17Z")));
    assertEquals(Optional.of(next.plusSeconds(600)), each.next(next));
  }
}
