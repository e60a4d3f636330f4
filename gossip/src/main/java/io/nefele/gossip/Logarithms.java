package io.nefele.gossip;

/** Gossip's measures all grow with the logarithm of the membership. */
final class Logarithms {
  private Logarithms() {}

  /** The logarithm to base 2, rounded up; of a positive number. */
  static int ceilLog2(int number) {
    return 32 - Integer.numberOfLeadingZeros(number - 1);
  }
}
