package io.nefele.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts together the rows of an answer that comes in parts. Two agents may tell of the same process
 * while its agent moves between groups; the younger news is the truer one. Not thread-safe.
 */
public final class ProcessRows {
  private static final Comparator<Response.ProcessRow> BY_ID =
      Comparator.comparing(Response.ProcessRow::id);

  private final List<Response.ProcessRow> rows = new ArrayList<>();

  public void add(List<Response.ProcessRow> part) {
    rows.addAll(part);
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** All of them in the order of their ids, each process once. */
  public List<Response.ProcessRow> inOrder() {
    // Each part is in order itself, which leaves little to do.
    rows.sort(BY_ID.thenComparing(Response.ProcessRow::ageMillis));
    List<Response.ProcessRow> once = new ArrayList<>(rows.size());
    for (Response.ProcessRow row : rows) {
      if (once.isEmpty() || !once.getLast().id().equals(row.id())) {
        once.add(row);
      }
    }
    return once;
  }
}
