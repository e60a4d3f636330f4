package io.nefele.agent.core;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import io.nefele.core.ProcessId;
import io.nefele.table.ProcessRow;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** The processes of this server that have ended for good: told to who waits, and remembered. */
final class Ends {
  /** How many are remembered. */
  static final int REMEMBERED = 1000;

  /** Forgetting costs a message each time. */
  private static final int FORGOTTEN_AT_ONCE = 100;

  private final Directory directory;
  private final Deque<ProcessId> ended = new ArrayDeque<>();
  private final ListMultimap<ProcessId, Consumer<ProcessRow>> waiting =
      MultimapBuilder.treeKeys().arrayListValues().build();

  Ends(Directory directory) {
    this.directory = directory;
  }

  /** Calls {@code then} with the last row of a process once it has ended. */
  void await(ProcessRow row, Consumer<ProcessRow> then) {
    if (row.state().isLive()) {
      waiting.put(row.id(), then);
    } else {
      then.accept(row);
    }
  }

  /** One has ended in an earlier life of this agent. */
  void recover(ProcessId process) {
    ended.add(process);
  }

  /** One has ended now, and {@code last} says how. */
  void add(Instant now, ProcessRow last) {
    waiting.removeAll(last.id()).forEach(waiter -> waiter.accept(last));
    ended.add(last.id());
    if (ended.size() >= REMEMBERED + FORGOTTEN_AT_ONCE) {
      List<ProcessId> oldest = new ArrayList<>();
      for (int i = 0; i < FORGOTTEN_AT_ONCE; i++) {
        oldest.add(ended.remove());
      }
      directory.forget(now, oldest);
    }
  }
}
