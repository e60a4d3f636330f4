package io.nefele.agent.linux;

/** What a host of processes can do with the cgroups that its server lets it have. */
public enum CgroupPower {
  /** Hold a whole tree of processes together, whatever it does, and count its processor time. */
  TREE(1),
  MEMORY(2),
  CPU(4),
  PIDS(8);

  private final int bit;

  CgroupPower(int bit) {
    this.bit = bit;
  }

  boolean isIn(int bits) {
    return (bits & bit) != 0;
  }
}
