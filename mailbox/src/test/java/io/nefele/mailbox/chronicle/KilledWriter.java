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

  public static void main(String[] args) {
    try (var store =
        new ChronicleMailboxStore(
            Path.of(args[0]), new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE), 1)) {
      for (long sequence = 1; ; sequence++) {
        store.append(MAILBOX, message(sequence));
        System.out.println(sequence);
      }
    }
  }

  /** Small ones, some of the size of a block of the queue, some in files of their own. */
  static Envelope message(long sequence) {
    int size = sequence % 10 == 0 ? 100_000 : (int) (sequence * 997 % 16_000);
    return new Envelope(
        Optional.empty(), MAILBOX, BOOT, sequence, 0, List.of(), Bytes.wrap(new byte[size]));
  }
}
