package io.nefele.placement;

import io.nefele.core.Codec;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the processes of a component may be, or had better be.
 *
 * @param key of the label that {@code value} is of; empty if it is the name of processes
 * @param domain within which processes are near or apart: {@code server}, {@code group}, or the key
 *     of a label of servers
 * @param most how many of a component one domain may have; 0: as few as evenness allows
 * @param weight how much it counts among the preferred; 0 if it must be met
 */
public record Constraint(Kind kind, String key, String value, String domain, int most, int weight) {
  static final String SERVER = "server";
  static final String GROUP = "group";

  private static final String LABEL = "[A-Za-z][A-Za-z0-9_./-]{0,62}";
  private static final String VALUE = "[A-Za-z0-9_./:-]{1,63}";
  private static final Pattern FORM =
      Pattern.compile("([a-z-]+) ([^,@ ]+)(?:@(" + LABEL + "))?(?:,prefer(?:=([0-9]{1,3}))?)?");
  private static final Pattern COMPARISON = Pattern.compile("(" + LABEL + ")(!?=)(" + VALUE + ")");
  private static final Pattern SPREAD_FORM =
      Pattern.compile("(" + LABEL + ")(?:=([1-9][0-9]{0,6}))?");

  /** What a constraint says. */
  public enum Kind {
    /** The server has that label. */
    ON("constraint"),
    /** The server has not that label. */
    NOT_ON("constraint"),
    /** In one domain with such a process. */
    NEAR("affinity"),
    /** In no domain with such a process. */
    APART("anti-affinity"),
    /** Evenly over the domains that have room, or at most so many in each. */
    SPREAD("spread");

    final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** As text, which {@link #parse} reads. */
  static final Codec<Constraint> CODEC =
      Codec.of((constraint, out) -> out.string(constraint.text()), in -> parse(in.string()));

  /**
   * Reads one of {@code constraint KEY=VALUE}, {@code constraint KEY!=VALUE}, {@code affinity
   * TARGET[@DOMAIN]}, {@code anti-affinity TARGET[@DOMAIN]}, {@code spread DOMAIN[=MOST]}, each
   * optionally with {@code ,prefer} or {@code ,prefer=WEIGHT} behind it. A target is the name of
   * processes or a label of theirs, {@code KEY=VALUE}.
   *
   * @throws IllegalArgumentException if {@code text} is none of these
   */
  public static Constraint parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw wrong(text, "write KIND TARGET, then @DOMAIN, then ,prefer=WEIGHT, as far as needed");
    }
    String target = form.group(2);
    int weight = !text.contains(",prefer") ? 0 : form.group(4) == null ? 1 : parse(form, 4);
    if (text.contains(",prefer") && weight == 0) {
      throw wrong(text, "a weight is 1 to 999");
    }
    String domain = form.group(3) == null ? SERVER : form.group(3);
    return switch (form.group(1)) {
      case "constraint" -> {
        Matcher comparison = COMPARISON.matcher(target);
        if (!comparison.matches() || form.group(3) != null) {
          throw wrong(text, "a label of servers is compared by KEY=VALUE or KEY!=VALUE");
        }
        Kind kind = comparison.group(2).equals("=") ? Kind.ON : Kind.NOT_ON;
        yield new Constraint(kind, comparison.group(1), comparison.group(3), SERVER, 0, weight);
      }
      case "affinity" -> ofProcesses(text, Kind.NEAR, target, domain, weight);
      case "anti-affinity" -> ofProcesses(text, Kind.APART, target, domain, weight);
      case "spread" -> {
        Matcher over = SPREAD_FORM.matcher(target);
        if (!over.matches() || form.group(3) != null) {
          throw wrong(text, "spread over server, group or a label of servers, then =MOST");
        }
        int most = over.group(2) == null ? 0 : parse(over, 2);
        yield new Constraint(Kind.SPREAD, "", "", singular(over.group(1)), most, weight);
      }
      default -> throw wrong(text, "there are constraint, affinity, anti-affinity and spread");
    };
  }

  private static Constraint ofProcesses(
      String text, Kind kind, String target, String domain, int weight) {
    Matcher label = COMPARISON.matcher(target);
    if (label.matches() && label.group(2).equals("=")) {
      return new Constraint(kind, label.group(1), label.group(3), singular(domain), 0, weight);
    }
    if (!target.matches(LABEL)) {
      throw wrong(text, "a target is the name of processes, or a label of theirs as KEY=VALUE");
    }
    return new Constraint(kind, "", target, singular(domain), 0, weight);
  }

  private static String singular(String domain) {
    return domain.equals("servers") ? SERVER : domain.equals("groups") ? GROUP : domain;
  }

  private static int parse(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static IllegalArgumentException wrong(String text, String remedy) {
    return new IllegalArgumentException("'" + text + "' is no constraint: " + remedy);
  }

  /** Whether it must be met. */
  public boolean hard() {
    return weight == 0;
  }

  /** Whether its domain is a label of servers. */
  public boolean overLabel() {
    return !domain.equals(SERVER) && !domain.equals(GROUP);
  }

  /** As a person writes it. */
  public String text() {
    String what =
        switch (kind) {
          case ON -> key + "=" + value;
          case NOT_ON -> key + "!=" + value;
          case NEAR, APART ->
              (key.isEmpty() ? "" : key + "=")
                  + value
                  + (domain.equals(SERVER) ? "" : "@" + domain);
          case SPREAD -> domain + (most == 0 ? "" : "=" + most);
        };
    return kind.word + " " + what + (hard() ? "" : ",prefer=" + weight);
  }

  /** Whether both can't be met by one process. */
  public boolean contradicts(Constraint other) {
    boolean same = key.equals(other.key) && domain.equals(other.domain);
    return hard()
        && other.hard()
        && same
        && switch (kind) {
          case ON -> other.kind == Kind.ON && !value.equals(other.value);
          case NOT_ON -> other.kind == Kind.ON && value.equals(other.value);
          case NEAR -> other.kind == Kind.APART && value.equals(other.value);
          case APART, SPREAD -> false;
        };
  }

  /** What it looks for among processes; asked of those that are near or apart. */
  Target target(Tags asking) {
    return new Target(asking.tenant(), key, value);
  }

  /** The hard ones, which a server can judge by itself. */
  static List<Constraint> ofServer(List<Constraint> all) {
    return all.stream()
        .filter(constraint -> constraint.hard() && constraint.domain.equals(SERVER))
        .toList();
  }
}
