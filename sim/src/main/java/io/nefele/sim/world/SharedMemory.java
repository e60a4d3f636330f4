package io.nefele.sim.world;

import io.nefele.core.ProcessId;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shared queues of a server, which outlive its agent. Invariant B7 is checked with each message
 * that is put there: the messages of the one program that writes to a mailbox are in its queue in
 * the order in which they were written, none twice, whichever way they came.
 */
final class SharedMemory {
  /** The number of the last message in each queue, 0 if it is empty. */
  private final SortedMap<ProcessId, Long> queues = new TreeMap<>();

  /** Makes the queue of a mailbox if it is not there, and tells where it is. */
  String open(ProcessId mailbox) {
    queues.putIfAbsent(mailbox, 0L);
    return "/queues/" + mailbox;
  }

  /** Where the queues are. */
  SortedMap<ProcessId, String> paths() {
    SortedMap<ProcessId, String> paths = new TreeMap<>();
    queues.keySet().forEach(mailbox -> paths.put(mailbox, "/queues/" + mailbox));
    return paths;
  }

  /**
   * Appends a message to a queue.
   *
   * @param number grows with each message that is written
   * @return false if the queue has been deleted
   */
  boolean append(ProcessId mailbox, long number) {
    Long last = queues.get(mailbox);
    if (last == null) {
      return false;
    }
    if (number <= last) {
      throw new Violation("B7", "to " + mailbox + " message " + number + " came after " + last);
    }
    queues.put(mailbox, number);
    return true;
  }

  void delete(ProcessId mailbox) {
    queues.remove(mailbox);
  }

  void clear() {
    queues.clear();
  }
}
