package io.nefele.bench.convergence;

import java.util.List;
import java.util.SortedSet;

/** What the federations of systems without a hierarchy have in common. */
abstract class PeerFederation implements Federation {
  private final TwoNetworks networks;

  PeerFederation(TwoNetworks networks) {
    this.networks = networks;
  }

  /** How many members, itself included, {@code member} holds for alive now. */
  abstract int known(int member) throws Exception;

  /** Those that lead all others. */
  abstract List<Integer> leaders() throws Exception;

  /** Ends all members that are left. */
  abstract void end() throws Exception;

  @Override
  public final boolean isWhole(SortedSet<Integer> members) throws Exception {
    for (int member : members) {
      if (known(member) != members.size()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public final int leader() throws Exception {
    List<Integer> leaders = leaders();
    return leaders.isEmpty() ? Layout.SEEDS : leaders.getFirst();
  }

  @Override
  public final void part() throws Exception {
    networks.part();
  }

  @Override
  public final void rejoin() throws Exception {
    networks.rejoin();
  }

  @Override
  public final void close() throws Exception {
    try {
      end();
    } finally {
      networks.close();
    }
  }
}
