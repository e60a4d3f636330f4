package io.nefele.cli;

import io.nefele.lib.Bundle;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to start.
 *
 * @param spec all of it but the bundle
 * @param ship the file or directory that goes with it, absolute
 * @param placed whether the working directory was asked for
 */
record Start(ProcessSpec spec, Optional<Path> ship, boolean placed) {
  /** The directory of the bundle itself. */
  private static final String IN_BUNDLE = ".";

  /** One that ships nothing, or has been packed. */
  static Start of(ProcessSpec spec) {
    return new Start(spec, Optional.empty(), false);
  }

  /** Gives {@code agent} what is to be shipped of {@code starts}. */
  static List<ProcessSpec> shipped(Console console, List<Start> starts, Nefele agent)
      throws NefeleException {
    List<ProcessSpec> specs = new ArrayList<>();
    for (Start start : starts) {
      Packed packed = start.packed();
      packed.send(console, agent);
      specs.add(packed.spec());
    }
    return specs;
  }

  /** What is to be started, with its bundle made of what there is now. */
  Packed packed() throws NefeleException {
    if (ship.isEmpty()) {
      return new Packed(spec, Optional.empty(), "");
    }
    Path what = ship.get();
    if (Files.isDirectory(what)) {
      Optional<Path> program = programIn(what);
      return packed(
          Bundle.ofDirectory(what, program), what, program.map(what::relativize), IN_BUNDLE);
    }
    if (!Files.isRegularFile(what)) {
      throw AskingCommand.usage("'" + what + "' is to be shipped, and is not there");
    }
    boolean isProgram =
        Path.of(spec.workingDirectory()).resolve(program()).normalize().equals(what);
    return packed(
        Bundle.ofFile(what),
        what,
        isProgram ? Optional.ofNullable(what.getFileName()) : Optional.empty(),
        isProgram ? spec.workingDirectory() : IN_BUNDLE);
  }

  private Packed packed(Bundle bundle, Path what, Optional<Path> program, String directory) {
    List<String> command = new ArrayList<>(spec.command());
    program.ifPresent(path -> command.set(0, "./" + path));
    ProcessSpec inBundle =
        spec.shippedAs(
            bundle.id(),
            List.copyOf(command),
            placed ? spec.workingDirectory() : directory,
            bundle.architecture().map(arch -> "constraint arch=" + arch).stream().toList());
    return new Packed(inBundle, Optional.of(bundle), String.valueOf(what.getFileName()));
  }

  private String program() {
    return spec.command().getFirst();
  }

  /** A command with no slash is one of the server's. */
  private Optional<Path> programIn(Path directory) throws NefeleException {
    if (!program().contains("/") || program().startsWith("/")) {
      return Optional.empty();
    }
    Path inside = directory.resolve(program()).normalize();
    if (!inside.startsWith(directory) || !Files.isRegularFile(inside)) {
      throw AskingCommand.usage(
          "'"
              + program()
              + "' is not in "
              + directory
              + ", which is shipped; the command is"
              + " looked up there");
    }
    return Optional.of(inside);
  }
}
