package io.nefele.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a report.
 *
 * @param details further quantities by name, such as the tail of a distribution, in reading order
 * @param beside the floor or peer of the same run that the outcome is compared with
 */
public record Row(
    String what,
    Outcome outcome,
    Map<String, Quantity> details,
    Optional<Beside> beside,
    Optional<Goal> goal) {

  /** A floor or a peer, in the unit of the row that it stands beside. */
  public record Beside(String what, Quantity quantity) {}

  public static Row of(String what, Quantity quantity) {
    return new Row(
        what, new Outcome.Measured(quantity), Map.of(), Optional.empty(), Optional.empty());
  }

  public static Row failed(String what, String why) {
    return new Row(what, new Outcome.Failed(why), Map.of(), Optional.empty(), Optional.empty());
  }

  public Row detail(String name, Quantity quantity) {
    Map<String, Quantity> more = new LinkedHashMap<>(details);
    more.put(name, quantity);
    return new Row(what, outcome, more, beside, goal);
  }

  /**
   * Compares with {@code quantity}.
   *
   * @throws IllegalArgumentException if it is of another unit, or nothing can be a multiple of it
   */
  public Row beside(String peer, Quantity quantity) {
    if (outcome instanceof Outcome.Measured(Quantity own) && own.unit() != quantity.unit()) {
      throw new IllegalArgumentException(
          what + " is in " + own.unit() + ", " + peer + " in " + quantity.unit());
    }
    if (quantity.value() <= 0) {
      throw new IllegalArgumentException(peer + " is " + quantity + ": no ratio to it exists");
    }
    return new Row(what, outcome, details, Optional.of(new Beside(peer, quantity)), goal);
  }

  public Row goal(Goal wanted) {
    return new Row(what, outcome, details, beside, Optional.of(wanted));
  }

  /** How many times what it stands beside. */
  public Optional<Double> ratio() {
    return outcome instanceof Outcome.Measured(Quantity own)
        ? beside.map(other -> own.value() / other.quantity().value())
        : Optional.empty();
  }

  /** Empty if there is no goal. */
  public Optional<Verdict> verdict() {
    return goal.map(
        wanted ->
            switch (wanted) {
              case Goal.AtMostTimes(double times) ->
                  ratio().map(ratio -> verdict(ratio <= times)).orElse(Verdict.OPEN);
              case Goal.AtLeastTimes(double times) ->
                  ratio().map(ratio -> verdict(ratio >= times)).orElse(Verdict.OPEN);
              case Goal.AtLeast(Quantity limit) ->
                  outcome instanceof Outcome.Measured(Quantity own) && own.unit() == limit.unit()
                      ? verdict(own.value() >= limit.value())
                      : Verdict.OPEN;
              case Goal.AtMost(Quantity limit) ->
                  outcome instanceof Outcome.Measured(Quantity own) && own.unit() == limit.unit()
                      ? verdict(own.value() <= limit.value())
                      : Verdict.OPEN;
            });
  }

  private static Verdict verdict(boolean met) {
    return met ? Verdict.MET : Verdict.MISSED;
  }
}
