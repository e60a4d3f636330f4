package io.nefele.mailbox.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The programs that {@link SharedQueueCrashTest} kills. */
final class SharedQueueProgram {
  private SharedQueueProgram() {}

  /**
   * Writes or reads until it is killed.
   *
   * @param args {@code write DIR NAME}: appends {@code NAME 1}, {@code NAME 2}, ... and tells what
   *     is there; {@code half DIR}: ends in the middle of a message; {@code read DIR}: tells what
   *     it has taken
   */
  public static void main(String[] args) throws IOException {
    Path queue = Path.of(args[1]);
    switch (args[0]) {
      case "write" -> write(queue, args[2]);
      case "half" -> writeByHalf(queue);
      case "read" -> read(queue);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void write(Path queue, String name) throws IOException {
    try (SharedQueueWriter writer = new SharedQueueWriter(queue)) {
      for (long number = 1; ; number++) {
        if (writer.append(SharedQueueTest.message(name + " " + number)).isEmpty()) {
          System.out.println(number);
        } else {
          number--;
        }
      }
    }
  }

  private static void writeByHalf(Path queue) throws IOException {
    SharedQueueFiles files = new SharedQueueFiles(queue);
    var document = files.queue(files.state(), false).createAppender().writingDocument();
    document.wire().bytes().write(new byte[100]);
    Runtime.getRuntime().halt(0);
  }

  private static void read(Path queue) throws IOException {
    try (SharedQueueReader reader = new SharedQueueReader(queue)) {
      while (true) {
        reader
            .take(Duration.ofDays(1))
            .ifPresent(message -> System.out.println(message.payload().utf8()));
      }
    }
  }
}
