package io.nefele.dist;

import io.nefele.core.Bytes;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.shm.SharedMailbox;
import io.nefele.shm.SharedSender;
import java.time.Duration;
import java.util.Optional;

/** The processes that {@link SharedMailboxIT} spawns. */
final class SharedProgram {
  private static final Duration LONG = Duration.ofSeconds(60);

  private SharedProgram() {}

  /**
   * Reads or writes, as a process of the fabric.
   *
   * @param args {@code read N}: takes as many messages of its own mailbox and tells them; {@code
   *     write TO N}: sends 1 to N, the first of them until one goes through shared memory
   */
  public static void main(String[] args) throws NefeleException {
    try (Nefele agent = Nefele.connect()) {
      switch (args[0]) {
        case "read" -> read(agent, Integer.parseInt(args[1]));
        case "write" -> write(agent, args[1], Integer.parseInt(args[2]));
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static void read(Nefele agent, int count) throws NefeleException {
    try (SharedMailbox mailbox = SharedMailbox.open(agent, System.getenv("NEFELE_ID"))) {
      int expected = 1;
      while (expected <= count) {
        String text = mailbox.take(LONG).orElseThrow().payload().utf8();
        if (!text.equals("hello")) {
          if (Integer.parseInt(text) != expected) {
            throw new IllegalStateException(text + " in place of " + expected);
          }
          expected++;
        }
      }
      System.out.println("read " + count);
    }
  }

  private static void write(Nefele agent, String to, int count) throws NefeleException {
    try (SharedSender sender = new SharedSender(agent, Optional.empty(), to)) {
      while (!sender.isShared()) {
        sender.send(Bytes.utf8("hello"), LONG);
      }
      for (int i = 1; i <= count; i++) {
        sender.send(Bytes.utf8(Integer.toString(i)), LONG);
      }
      System.out.println("shared " + sender.isShared());
    }
  }
}
