package io.nefele.mailbox.chronicle;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.StoreLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program that {@link ChronicleCrashTest} kills: appends for ever and tells what is stored. */
final class KilledWriter {
  static final AgentBoot BOOT = new AgentBoot(new AgentId(5), 1);
  static final ProcessId MAILBOX = new ProcessId(BOOT, 1);

  private KilledWriter() {}

  /**
   * Writes until it is killed.
   *
   * @param args the directory of the store, and either nothing or how many messages to write whole
   *     before it ends by itself within the next one
   */
  public static void main(String[] args) {
    if (args.length == 2) {
      writeOneByHalf(Path.of(args[0]), Long.parseLong(args[1]));
    }
    try (var store =
        new ChronicleMailboxStore(
            Path.of(args[0]), new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE), 1)) {
      for (long sequence = 1; ; sequence++) {
        store.append(MAILBOX, message(sequence));
        System.out.println(sequence);
      }
    }
  }

  private static void writeOneByHalf(Path root, long whole) {
    try (var store = new ChronicleMailboxStore(root, StoreLimits.DEFAULT, 1)) {
      for (long sequence = 1; sequence <= whole; sequence++) {
        store.append(MAILBOX, message(sequence));
        System.out.println(sequence);
      }
    }
    Path queue = root.resolve(MAILBOX.toString()).resolve("queue-0");
    var document = QueueFile.open(queue).createAppender().writingDocument();
    document.wire().bytes().write(new byte[100]);
    Runtime.getRuntime().halt(0);
  }

  /** Small ones, some of the size of a block of the queue, some in files of their own. */
  static Envelope message(long sequence) {
    int size = sequence % 10 == 0 ? 100_000 : (int) (sequence * 997 % 16_000);
    return new Envelope(
        Optional.empty(), MAILBOX, BOOT, sequence, 0, List.of(), Bytes.wrap(new byte[size]));
  }
}
