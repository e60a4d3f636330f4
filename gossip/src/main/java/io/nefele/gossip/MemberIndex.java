package io.nefele.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a {@link MemberTable} by a key that is part of them. Open addressing with linear probing
 * (Knuth, volume 3, section 6.4): a reference for each row and nothing else, where a map of the JDK
 * takes ten times that for each of the million rows that a thousand simulated agents hold.
 *
 * @param <K> the key; its hash has to be the same in every run
 */
final class MemberIndex<K> {
  private static final int FIRST_CAPACITY = 8;

  private final Function<Member, K> keyOf;
  private final ToIntFunction<K> hashOf;
  private @Nullable Member[] slots = new @Nullable Member[FIRST_CAPACITY];
  private int size;

  MemberIndex(Function<Member, K> keyOf, ToIntFunction<K> hashOf) {
    this.keyOf = keyOf;
    this.hashOf = hashOf;
  }

  @Nullable Member get(K key) {
    return slots[slotOf(key)];
  }

  /** Returns what was there for the same key, or null. */
  @Nullable Member put(Member row) {
    int slot = slotOf(keyOf.apply(row));
    Member old = slots[slot];
    slots[slot] = row;
    if (old == null && ++size * 4 > slots.length * 3) {
      grow();
    }
    return old;
  }

  /** Returns what was there, or null. */
  @Nullable Member remove(K key) {
    int hole = slotOf(key);
    Member old = slots[hole];
    if (old != null) {
      size--;
      close(hole);
    }
    return old;
  }

  /** All rows, in an order that depends on what was put and removed alone. */
  List<Member> rows() {
    List<Member> rows = new ArrayList<>(size);
    for (Member row : slots) {
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** Moves up what was put further on because the hole was taken (Knuth's algorithm R). */
  private void close(int removed) {
    int hole = removed;
    int next = hole;
    slots[hole] = null;
    while (true) {
      next = (next + 1) & (slots.length - 1);
      Member moved = slots[next];
      if (moved == null) {
        return;
      }
      if (!liesBetween(hole, home(keyOf.apply(moved)), next)) {
        slots[hole] = moved;
        slots[next] = null;
        hole = next;
      }
    }
  }

  /** Whether {@code home} is cyclically in (hole, next]: then its row may stay. */
  private static boolean liesBetween(int hole, int home, int next) {
    return hole <= next ? hole < home && home <= next : hole < home || home <= next;
  }

  private int slotOf(K key) {
    int slot = home(key);
    for (Member there = slots[slot];
        there != null && !keyOf.apply(there).equals(key);
        there = slots[slot]) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private int home(K key) {
    int hash = hashOf.applyAsInt(key) * 0x9e3779b9;
    return (hash ^ hash >>> 15) & (slots.length - 1);
  }

  private void grow() {
    @Nullable Member[] old = slots;
    slots = new @Nullable Member[old.length * 2];
    for (Member row : old) {
      if (row != null) {
        slots[slotOf(keyOf.apply(row))] = row;
      }
    }
  }
}
