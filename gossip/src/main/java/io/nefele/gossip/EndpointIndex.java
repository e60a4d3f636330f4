package io.nefele.gossip;

import io.nefele.core.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Who listens where: the rows of a {@link MemberTable} by their endpoint. Open addressing with
 * linear probing: a reference for each row and nothing else, where a map of the JDK takes ten times
 * that for each of a million rows of a simulation.
 */
final class EndpointIndex {
  private @Nullable Member[] slots = new @Nullable Member[8];
  private int size;

  @Nullable Member get(Endpoint endpoint) {
    return slots[slotOf(endpoint)];
  }

  /** Replaces what is there for the same endpoint. */
  void put(Member row) {
    int slot = slotOf(row.endpoint());
    if (slots[slot] == null) {
      size++;
    }
    slots[slot] = row;
    if (size * 4 > slots.length * 3) {
      grow();
    }
  }

  void remove(Endpoint endpoint) {
    int hole = slotOf(endpoint);
    if (slots[hole] == null) {
      return;
    }
    size--;
    // What was put further on because of the removed one moves up (Knuth, volume 3, 6.4, R).
    int next = hole;
    while (true) {
      slots[hole] = null;
      Member moved;
      do {
        next = (next + 1) & (slots.length - 1);
        moved = slots[next];
        if (moved == null) {
          return;
        }
      } while (liesBetween(hole, home(moved.endpoint()), next));
      slots[hole] = moved;
      hole = next;
    }
  }

  /** Whether {@code home} is cyclically in (hole, next]: then its row may stay. */
  private static boolean liesBetween(int hole, int home, int next) {
    return hole <= next ? hole < home && home <= next : hole < home || home <= next;
  }

  private int slotOf(Endpoint endpoint) {
    int slot = home(endpoint);
    for (Member there = slots[slot];
        there != null && !there.endpoint().equals(endpoint);
        there = slots[slot]) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private int home(Endpoint endpoint) {
    int hash = (endpoint.host().hashCode() * 31 + endpoint.port()) * 0x9e3779b9;
    return (hash ^ hash >>> 15) & (slots.length - 1);
  }

  private void grow() {
    @Nullable Member[] old = slots;
    slots = new @Nullable Member[old.length * 2];
    for (Member row : old) {
      if (row != null) {
        slots[slotOf(row.endpoint())] = row;
      }
    }
  }
}
