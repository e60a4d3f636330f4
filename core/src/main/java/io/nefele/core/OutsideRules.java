package io.nefele.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What of the world outside the fabric a tenant may reach, and whether it may be reached from
 * there. Whatever no rule permits is forbidden.
 *
 * <p>No rule but {@code local} and those that name addresses ever leads to the server itself that
 * does it: a name may be made to mean any address by whoever owns it.
 */
public record OutsideRules(List<Rule> rules) {
  /** Nothing. */
  public static final OutsideRules NONE = new OutsideRules(List.of());

  /** All there is, as whoever may run processes as the agent's user has it anyway. */
  public static final OutsideRules EVERYTHING =
      new OutsideRules(
          List.of(
              new Rule(new Target.Any(), 0),
              new Rule(new Target.Local(), 0),
              new Rule(new Target.Expose(), 0)));

  /** For people: what rules look like. */
  public static final String FORMS =
      "none, or any, local, expose, NAME, *.NAME, ADDRESS or ADDRESS/BITS, each with :PORT or"
          + " without, or FABRIC:/";

  /** Behind the name of a fabric, as in addresses. */
  private static final String OF_FABRIC = ":/";

  private static final int RULES_MAX = 64;
  private static final int PORT_MAX = 65_535;
  private static final int PRIVILEGED_BELOW = 1024;
  private static final String NAME = "(\\*\\.)?[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_])?";

  public static final Codec<OutsideRules> CODEC =
      Codec.of(
          (rules, out) -> out.string(rules.text()),
          in -> {
            try {
              return parse(in.string());
            } catch (IllegalArgumentException e) {
              throw in.malformed(String.valueOf(e.getMessage()));
            }
          });

  /** One thing that is permitted. */
  public record Rule(Target target, int port) {
    private boolean isOf(int asked) {
      return port == 0 || port == asked;
    }

    private String text() {
      return target.text() + (port == 0 ? "" : ":" + port);
    }
  }

  /** Whom a rule is about. */
  public sealed interface Target {
    String text();

    /** All but the server itself that does it. */
    record Any() implements Target {
      @Override
      public String text() {
        return "any";
      }
    }

    /** The server itself that does it, and what is reached only by its own wire. */
    record Local() implements Target {
      @Override
      public String text() {
        return "local";
      }
    }

    /** Not whom it may reach, but that others may reach it, at a port of an agent. */
    record Expose() implements Target {
      @Override
      public String text() {
        return "expose";
      }
    }

    /**
     * Whoever has that name.
     *
     * @param pattern in small letters; with {@code *.} before it: all names that end so
     */
    record Named(String pattern) implements Target {
      @Override
      public String text() {
        return pattern;
      }

      private boolean matches(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return pattern.startsWith("*.")
            ? name.endsWith(pattern.substring(1)) && name.length() >= pattern.length()
            : name.equals(pattern);
      }
    }

    /** All with those addresses, whatever they are called. */
    record Within(NetworkRange range) implements Target {
      @Override
      public String text() {
        return range.text().indexOf(':') >= 0 ? "[" + range.text() + "]" : range.text();
      }
    }

    /** The gateways of another fabric, wherever they are. */
    record OfFabric(FabricName fabric) implements Target {
      @Override
      public String text() {
        return fabric + OF_FABRIC;
      }
    }
  }

  public OutsideRules {
    rules = List.copyOf(rules);
  }

  /**
   * Reads rules, separated by commas.
   *
   * @throws IllegalArgumentException if they are none, in words for people
   */
  public static OutsideRules parse(String text) {
    if (text.equals("none")) {
      return NONE;
    }
    String[] parts = text.split(",", -1);
    if (parts.length > RULES_MAX) {
      throw new IllegalArgumentException("at most " + RULES_MAX + " rules for a tenant");
    }
    List<Rule> rules = new ArrayList<>();
    for (String part : parts) {
      rules.add(rule(part.strip()));
    }
    return new OutsideRules(rules);
  }

  private static Rule rule(String text) {
    if (text.endsWith(OF_FABRIC)) {
      String fabric = text.substring(0, text.length() - OF_FABRIC.length());
      if (!FabricName.isOne(fabric)) {
        throw malformed(text);
      }
      return new Rule(new Target.OfFabric(new FabricName(fabric)), 0);
    }
    int colon = text.lastIndexOf(':');
    boolean ported = colon > text.lastIndexOf(']');
    String host = ported ? text.substring(0, colon) : text;
    int port = 0;
    if (ported) {
      String number = text.substring(colon + 1);
      port = number.matches("[0-9]{1,5}") ? Integer.parseInt(number) : 0;
      if (port < 1 || port > PORT_MAX) {
        throw malformed(text);
      }
    }
    return new Rule(target(text, host), port);
  }

  private static Target target(String text, String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    Optional<NetworkRange> range =
        NetworkRange.parse(bracketed ? host.substring(1, host.length() - 1) : host)
            .filter(its -> bracketed == its.text().indexOf(':') >= 0);
    if (range.isPresent()) {
      return new Target.Within(range.get());
    }
    return switch (host) {
      case "any" -> new Target.Any();
      case "local" -> new Target.Local();
      case "expose" -> new Target.Expose();
      default -> {
        // Numbers alone would be an address that was mistyped.
        if (!host.matches(NAME) || host.matches("[0-9./]*") || host.equals("none")) {
          throw malformed(text);
        }
        yield new Target.Named(host.toLowerCase(Locale.ROOT));
      }
    };
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("'" + text + "' is no rule for what is outside: " + FORMS);
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return rules.isEmpty() ? "none" : String.join(",", rules.stream().map(Rule::text).toList());
  }

  /**
   * Whether a message may go to {@code host}, before anybody has looked up where that is: a no is
   * final, a yes is not.
   */
  public boolean mayPermit(String host, int port) {
    Optional<NetworkRange> literal = NetworkRange.parse(host);
    return rules.stream()
        .filter(rule -> rule.isOf(port))
        .anyMatch(
            rule ->
                switch (rule.target) {
                  case Target.Any any -> true;
                  case Target.Local local -> true;
                  case Target.Expose expose -> false;
                  case Target.OfFabric other -> false;
                  case Target.Named named -> named.matches(host);
                  case Target.Within(var range) ->
                      literal.isEmpty() || range.contains(literal.get().base());
                });
  }

  /**
   * Whether a message may go to {@code host} at that address.
   *
   * @param address 4 bytes, or 16
   * @param local whether it leads to the server itself, or is reached only by its own wire
   */
  public boolean permits(String host, int port, Bytes address, boolean local) {
    return rules.stream()
        .filter(rule -> rule.isOf(port))
        .anyMatch(
            rule ->
                switch (rule.target) {
                  case Target.Any any -> !local;
                  case Target.Local its -> local;
                  case Target.Expose expose -> false;
                  case Target.OfFabric other -> false;
                  case Target.Named named -> !local && named.matches(host);
                  case Target.Within(var range) ->
                      range.contains(address) && (!local || range.isLocal());
                });
  }

  /** Whether a message may go to whatever gateways operators have said that fabric has. */
  public boolean permits(FabricName fabric) {
    return rules.stream().anyMatch(rule -> rule.target.equals(new Target.OfFabric(fabric)));
  }

  /** Whether others may reach it at that port of an agent; low ones have to be named. */
  public boolean permitsExposing(int port) {
    return equals(EVERYTHING)
        || rules.stream()
            .anyMatch(
                rule ->
                    rule.target instanceof Target.Expose
                        && (rule.port == port || (rule.port == 0 && port >= PRIVILEGED_BELOW)));
  }
}
