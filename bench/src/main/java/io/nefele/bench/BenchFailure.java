package io.nefele.bench;

/** A benchmark can't be run here; the message names what is missing and the remedy. */
public final class BenchFailure extends Exception {
  private static final long serialVersionUID = 1L;

  public BenchFailure(String message) {
    super(message);
  }
}
