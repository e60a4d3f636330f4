package io.nefele.bench.report;

/** What came of one measurement. */
public sealed interface Outcome {

  record Measured(Quantity quantity) implements Outcome {}

  /**
   * No number, which is a finding too.
   *
   * @param why in words, with how far it came
   */
  record Failed(String why) implements Outcome {}
}
