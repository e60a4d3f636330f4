package io.nefele.cli;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Five fields as in crontab(5), in UTC: minute, hour, day of the month, month, day of the week. A
 * field is {@code *}, numbers, ranges and lists, each with {@code /STEP}; months and days of the
 * week may be named. If both days are restricted, either is enough, as there.
 */
final class CronSchedule implements Timetable {
  private static final Pattern ELEMENT =
      Pattern.compile("(?:(\\*)|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:/([0-9]{1,4}))?");
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  /** The 29th of February comes again within so many years. */
  private static final int YEARS_MAX = 9;

  private final String text;
  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet daysOfMonth;
  private final BitSet months;
  private final BitSet daysOfWeek;
  private final boolean eitherDay;

  private CronSchedule(String text, String[] fields) {
    this.text = text;
    this.minutes = field("minute", fields[0], 0, 59, List.of());
    this.hours = field("hour", fields[1], 0, 23, List.of());
    this.daysOfMonth = field("day of the month", fields[2], 1, 31, List.of());
    this.months = field("month", fields[3], 1, 12, MONTHS);
    this.daysOfWeek = field("day of the week", fields[4], 0, 7, DAYS);
    if (daysOfWeek.get(7)) {
      daysOfWeek.set(0);
    }
    this.eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
  }

  /**
   * Reads a schedule.
   *
   * @throws IllegalArgumentException if it is none, or is never due
   */
  static CronSchedule parse(String text) {
    String[] fields = text.strip().toLowerCase(Locale.ROOT).split("\\s+");
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no schedule: five fields, minute, hour, day of the month, month, day of the"
              + " week, as in \"*/5 * * * *\"");
    }
    CronSchedule schedule = new CronSchedule(text.strip(), fields);
    if (schedule.next(Instant.EPOCH).isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' is never due: there is no such day");
    }
    return schedule;
  }

  private static BitSet field(String what, String text, int least, int most, List<String> names) {
    BitSet values = new BitSet();
    for (String element : text.split(",", -1)) {
      Matcher matcher = ELEMENT.matcher(element);
      if (!matcher.matches()) {
        throw wrong(what, element, least, most);
      }
      boolean all = matcher.group(1) != null;
      int first = all ? least : value(what, matcher.group(2), least, most, names);
      boolean single = !all && matcher.group(3) == null && matcher.group(4) == null;
      int last =
          single
              ? first
              : matcher.group(3) == null ? most : value(what, matcher.group(3), least, most, names);
      int step = matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4));
      if (first > last || step < 1) {
        throw wrong(what, element, least, most);
      }
      for (int value = first; value <= last; value += step) {
        values.set(value);
      }
    }
    return values;
  }

  private static int value(String what, String text, int least, int most, List<String> names) {
    int named = names.indexOf(text);
    if (named >= 0) {
      return named + least;
    }
    if (!text.matches("[0-9]{1,4}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw wrong(what, text, least, most);
    }
    return Integer.parseInt(text);
  }

  private static IllegalArgumentException wrong(String what, String text, int least, int most) {
    return new IllegalArgumentException(
        "'" + text + "' is no " + what + ": " + least + " to " + most + ", as in *, 3, 1-5, */2");
  }

  @Override
  public Optional<Instant> next(Instant after) {
    LocalDateTime from =
        LocalDateTime.ofInstant(after, ZoneOffset.UTC)
            .truncatedTo(ChronoUnit.MINUTES)
            .plusMinutes(1);
    LocalDate end = from.toLocalDate().plusYears(YEARS_MAX);
    for (LocalDate day = from.toLocalDate(); day.isBefore(end); day = day.plusDays(1)) {
      if (!isDue(day)) {
        continue;
      }
      LocalDateTime first = day.equals(from.toLocalDate()) ? from : day.atStartOfDay();
      for (LocalDateTime at = first; at.toLocalDate().equals(day); at = at.plusMinutes(1)) {
        if (hours.get(at.getHour()) && minutes.get(at.getMinute())) {
          return Optional.of(at.toInstant(ZoneOffset.UTC));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isDue(LocalDate day) {
    boolean ofMonth = daysOfMonth.get(day.getDayOfMonth());
    boolean ofWeek = daysOfWeek.get(day.getDayOfWeek().getValue() % DayOfWeek.values().length);
    return months.get(day.getMonthValue()) && (eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek);
  }

  @Override
  public String text() {
    return "schedule " + text;
  }
}
