package io.nefele.sim.plan;

import com.google.common.collect.ContiguousSet;
import com.google.common.collect.DiscreteDomain;
import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import io.nefele.sim.plan.FaultPlan.Timed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A plan as lines of text: a line that names the format and its version, one {@code key value} line
 * for each setting, one line {@code MICROS fault WORDS} for each fault. Made to be read, edited and
 * compared by people.
 */
public final class PlanText {
  private static final String FORMAT = "nefele-fault-plan";
  private static final int VERSION = 1;

  private PlanText() {}

  /** A text that is no plan of this version. */
  public static final class NoPlan extends Exception {
    private static final long serialVersionUID = 1L;

    NoPlan(String message) {
      super(message);
    }
  }

  public static String write(FaultPlan plan) {
    StringBuilder text = new StringBuilder();
    line(text, FORMAT, Integer.toString(VERSION));
    line(text, "seed", Long.toString(plan.seed()));
    line(text, "agents", numbers(plan.agents()));
    line(text, "k", Integer.toString(plan.k()));
    line(text, "datacenters", Integer.toString(plan.datacenters()));
    line(text, "safety-ms", Long.toString(plan.safety().toMillis()));
    line(text, "liveness-ms", Long.toString(plan.liveness().toMillis()));
    line(text, "spawns-per-minute", Integer.toString(plan.spawnsPerMinute()));
    line(text, "messages-per-minute", Integer.toString(plan.messagesPerMinute()));
    line(text, "links", quality(plan.links()));
    line(text, "core", numbers(plan.core()));
    for (Timed timed : plan.faults()) {
      line(text, Long.toString(timed.atMicros()), words(timed.fault()));
    }
    return text.toString();
  }

  /**
   * The plan that {@link #write} wrote.
   *
   * @throws NoPlan naming the line, if it is another version's or none
   */
  public static FaultPlan read(String text) throws NoPlan {
    List<String> lines =
        text.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("#")).toList();
    if (lines.isEmpty() || !lines.getFirst().startsWith(FORMAT + " ")) {
      throw new NoPlan("not a fault plan: the first line is not '" + FORMAT + " " + VERSION + "'");
    }
    if (!lines.getFirst().equals(FORMAT + " " + VERSION)) {
      throw new NoPlan(
          "a fault plan of another version: '" + lines.getFirst() + "', this is " + VERSION);
    }
    Map<String, String> settings = new TreeMap<>();
    List<Timed> faults = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split(" ", 2);
      try {
        if (Character.isDigit(parts[0].charAt(0))) {
          faults.add(new Timed(Long.parseLong(parts[0]), fault(parts[1].split(" "))));
        } else {
          settings.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new NoPlan("no line of a fault plan: '" + line + "'");
      }
    }
    return assemble(settings, faults);
  }

  private static FaultPlan assemble(Map<String, String> settings, List<Timed> faults)
      throws NoPlan {
    try {
      return new FaultPlan(
          Long.parseLong(setting(settings, "seed")),
          numbers(setting(settings, "agents")),
          Integer.parseInt(setting(settings, "k")),
          Integer.parseInt(setting(settings, "datacenters")),
          Duration.ofMillis(Long.parseLong(setting(settings, "safety-ms"))),
          Duration.ofMillis(Long.parseLong(setting(settings, "liveness-ms"))),
          Integer.parseInt(setting(settings, "spawns-per-minute")),
          Integer.parseInt(setting(settings, "messages-per-minute")),
          quality(setting(settings, "links").split(" ")),
          numbers(setting(settings, "core")),
          faults);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new NoPlan("a setting of the fault plan is wrong: " + e.getMessage());
    }
  }

  private static String setting(Map<String, String> settings, String key) throws NoPlan {
    String value = settings.get(key);
    if (value == null) {
      throw new NoPlan("the fault plan lacks the setting '" + key + "'");
    }
    return value;
  }

  /** The words of a fault, as a story tells it, too. */
  public static String words(Fault fault) {
    return switch (fault) {
      case Fault.Start f -> "start " + f.agent();
      case Fault.Crash f -> "crash " + f.agent() + " " + lower(f.disk()) + " " + f.afterEffects();
      case Fault.CrashServer f -> "crash-server " + f.agent() + " " + lower(f.disk());
      case Fault.CrashGroup f -> "crash-group " + f.agent() + " " + lower(f.disk());
      case Fault.CrashDatacenter f -> "crash-datacenter " + f.datacenter() + " " + lower(f.disk());
      case Fault.RestartAll f -> "restart-all";
      case Fault.Restart f -> "restart " + f.agent();
      case Fault.Leave f -> "leave " + f.agent();
      case Fault.Pause f -> "pause " + f.agent();
      case Fault.Resume f -> "resume " + f.agent();
      case Fault.Slow f -> "slow " + f.agent() + " " + f.factor();
      case Fault.ClockJump f -> "clock-jump " + f.agent() + " " + f.millis();
      case Fault.ClockDrift f -> "clock-drift " + f.agent() + " " + f.partsPerMillion();
      case Fault.Duplicate f -> "duplicate " + f.agent();
      case Fault.Cut f -> "cut " + f.cut() + " " + numbers(f.from()) + " " + numbers(f.to());
      case Fault.Heal f -> "heal " + f.cut();
      case Fault.Clog f -> "clog " + f.agent();
      case Fault.Unclog f -> "unclog " + f.agent();
      case Fault.Links f -> "links " + quality(f.quality());
      case Fault.KillProcess f -> "kill-process " + f.agent() + " " + f.nth();
    };
  }

  private static Fault fault(String[] w) {
    return switch (w[0]) {
      case "start" -> new Fault.Start(number(w, 1));
      case "crash" -> new Fault.Crash(number(w, 1), disk(w[2]), number(w, 3));
      case "crash-server" -> new Fault.CrashServer(number(w, 1), disk(w[2]));
      case "crash-group" -> new Fault.CrashGroup(number(w, 1), disk(w[2]));
      case "crash-datacenter" -> new Fault.CrashDatacenter(number(w, 1), disk(w[2]));
      case "restart-all" -> new Fault.RestartAll();
      case "restart" -> new Fault.Restart(number(w, 1));
      case "leave" -> new Fault.Leave(number(w, 1));
      case "pause" -> new Fault.Pause(number(w, 1));
      case "resume" -> new Fault.Resume(number(w, 1));
      case "slow" -> new Fault.Slow(number(w, 1), number(w, 2));
      case "clock-jump" -> new Fault.ClockJump(number(w, 1), Long.parseLong(w[2]));
      case "clock-drift" -> new Fault.ClockDrift(number(w, 1), number(w, 2));
      case "duplicate" -> new Fault.Duplicate(number(w, 1));
      case "cut" -> new Fault.Cut(number(w, 1), numbers(w[2]), numbers(w[3]));
      case "heal" -> new Fault.Heal(number(w, 1));
      case "clog" -> new Fault.Clog(number(w, 1));
      case "unclog" -> new Fault.Unclog(number(w, 1));
      case "links" -> new Fault.Links(quality(new String[] {w[1], w[2], w[3], w[4]}));
      case "kill-process" -> new Fault.KillProcess(number(w, 1), number(w, 2));
      default -> throw new IllegalArgumentException("no fault is called '" + w[0] + "'");
    };
  }

  private static int number(String[] words, int at) {
    return Integer.parseInt(words[at]);
  }

  private static Disk disk(String word) {
    return Disk.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static String lower(Disk disk) {
    return disk.name().toLowerCase(Locale.ROOT);
  }

  private static String quality(LinkQuality quality) {
    return quality.loss()
        + " "
        + quality.duplication()
        + " "
        + quality.reordering()
        + " "
        + quality.replay();
  }

  private static LinkQuality quality(String[] words) {
    return new LinkQuality(number(words, 0), number(words, 1), number(words, 2), number(words, 3));
  }

  /** As in {@code 0-7,9}. */
  private static String numbers(SortedSet<Integer> numbers) {
    RangeSet<Integer> ranges = TreeRangeSet.create();
    numbers.forEach(number -> ranges.add(Range.closedOpen(number, number + 1)));
    return ranges.asRanges().stream()
        .map(range -> ContiguousSet.create(range, DiscreteDomain.integers()))
        .map(range -> range.size() == 1 ? "" + range.first() : range.first() + "-" + range.last())
        .collect(Collectors.joining(","));
  }

  private static SortedSet<Integer> numbers(String text) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String range : text.split(",")) {
      String[] ends = range.split("-");
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (last - first > 1_000_000) {
        throw new IllegalArgumentException("no fabric has so many agents: " + range);
      }
      numbers.addAll(ContiguousSet.closed(first, last));
    }
    return numbers;
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append(' ').append(value).append('\n');
  }
}
