package io.nefele.gossip;

import io.nefele.core.AgentId;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A share of the rows of a {@link MemberTable}, in the order of their agents' ids. Flat arrays,
 * since a thousand agents in one simulation hold a million rows: the ids are searched without
 * touching the rows.
 */
final class Bucket {
  private static final int FIRST_CAPACITY = 4;

  private long[] ids = new long[FIRST_CAPACITY];
  private @Nullable Member[] rows = new @Nullable Member[FIRST_CAPACITY];
  private int size;

  /** The exclusive or of the hashes of the rows that count; see {@link MemberTable#digest}. */
  long digest;

  @Nullable Member get(AgentId agent) {
    int at = Arrays.binarySearch(ids, 0, size, agent.value());
    return at < 0 ? null : rows[at];
  }

  /** Returns what was replaced, or null. */
  @Nullable Member put(Member row) {
    long id = row.agent().value();
    int at = Arrays.binarySearch(ids, 0, size, id);
    if (at >= 0) {
      Member old = rows[at];
      rows[at] = row;
      return old;
    }
    insert(-at - 1, id, row);
    return null;
  }

  @Nullable Member remove(AgentId agent) {
    int at = Arrays.binarySearch(ids, 0, size, agent.value());
    if (at < 0) {
      return null;
    }
    Member old = rows[at];
    System.arraycopy(ids, at + 1, ids, at, size - at - 1);
    System.arraycopy(rows, at + 1, rows, at, size - at - 1);
    rows[--size] = null;
    return old;
  }

  /** A view of the rows, in the order of their agents' ids. */
  List<Member> rows() {
    return new AbstractList<>() {
      @Override
      public Member get(int index) {
        return Objects.requireNonNull(rows[Objects.checkIndex(index, size)]);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  private void insert(int at, long id, Member row) {
    if (size == ids.length) {
      int capacity = size + size / 4 + FIRST_CAPACITY;
      ids = Arrays.copyOf(ids, capacity);
      rows = Arrays.copyOf(rows, capacity);
    }
    System.arraycopy(ids, at, ids, at + 1, size - at);
    System.arraycopy(rows, at, rows, at + 1, size - at);
    ids[at] = id;
    rows[at] = row;
    size++;
  }
}
