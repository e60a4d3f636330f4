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

  /** Gives {@code agent} what is to be shipped of {@code starts}. */
  static List<ProcessSpec> shipped(Console console, List<Start> starts, Nefele agent)
      throws NefeleException {
    List<ProcessSpec> specs = new ArrayList<>();
    for (Start start : starts) {
      specs.add(
          start.ship.isEmpty() ? start.spec : start.shipped(console, agent, start.ship.get()));
    }
    return specs;
  }

  private ProcessSpec shipped(Console console, Nefele agent, Path what) throws NefeleException {
    if (Files.isDirectory(what)) {
      Optional<Path> program = programIn(what);
      Bundle bundle = Bundle.ofDirectory(what, program);
      return with(
          sent(console, agent, what, bundle), bundle, program.map(what::relativize), IN_BUNDLE);
    }
    if (!Files.isRegularFile(what)) {
      throw AskingCommand.usage("'" + what + "' is to be shipped, and is not there");
    }
    boolean isProgram =
        Path.of(spec.workingDirectory()).resolve(program()).normalize().equals(what);
    Bundle bundle = Bundle.ofFile(what);
    return with(
        sent(console, agent, what, bundle),
        bundle,
        isProgram ? Optional.ofNullable(what.getFileName()) : Optional.empty(),
        isProgram ? spec.workingDirectory() : IN_BUNDLE);
  }

  /** Returns the name of the bundle. */
  private static String sent(Console console, Nefele agent, Path what, Bundle bundle)
      throws NefeleException {
    try (ShipProgress progress =
        new ShipProgress(console, String.valueOf(what.getFileName()), bundle.bytes())) {
      return agent.bundles().ship(bundle, progress).bundle();
    }
  }

  /**
   * @param name of {@code bundle}, which the agent has
   */
  private ProcessSpec with(String name, Bundle bundle, Optional<Path> program, String directory) {
    List<String> command = new ArrayList<>(spec.command());
    program.ifPresent(path -> command.set(0, "./" + path));
    return spec.shippedAs(
        name,
        List.copyOf(command),
        placed ? spec.workingDirectory() : directory,
        bundle.architecture().map(arch -> "constraint arch=" + arch).stream().toList());
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
