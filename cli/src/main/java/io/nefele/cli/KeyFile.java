package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The key that a gateway and those who send to it have in common: all bytes of a file. */
final class KeyFile {
  private static final int BYTES_MIN = 16;
  private static final int BYTES_MAX = 4096;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "What is sent is signed with what is in FILE, the same on both sides.")
  @Nullable Path file;

  /** Its content, if there is one. */
  Optional<Bytes> read(Console console) throws NefeleException {
    if (file == null) {
      return Optional.empty();
    }
    Path path = console.directory().resolve(file);
    try {
      long size = Files.size(path);
      if (size < BYTES_MIN || size > BYTES_MAX) {
        throw AskingCommand.usage(
            "--key-file: "
                + file
                + " has "
                + size
                + " bytes, and a key 16 to 4096; 'head -c 32 /dev/urandom > FILE' makes one");
      }
      return Optional.of(Bytes.wrap(Files.readAllBytes(path)));
    } catch (IOException e) {
      throw AskingCommand.usage(
          "--key-file: " + file + (Files.exists(path) ? " can't be read" : " does not exist"));
    }
  }
}
