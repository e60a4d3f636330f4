package io.nefele.agent;

import io.nefele.agent.depot.BundleKey;
import io.nefele.placement.ProcessTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a process is started whose program came over the fabric.
 *
 * @param tree where its bundle is
 * @param command a program with a slash in its name is the bundle's
 * @param directory the one that was asked for if this server has it, else the bundle
 */
record ShippedProgram(Path tree, List<String> command, Path directory) {
  /** Where a bundle has the libraries that not every server has. */
  private static final String LIBRARIES = ".nefele/lib";

  private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

  /**
   * @throws IllegalArgumentException if the command is not in the bundle
   */
  static Optional<ShippedProgram> of(Path bundles, ProcessTemplate template) {
    return BundleKey.of(template).map(key -> of(template, BundleStore.tree(bundles, key)));
  }

  private static ShippedProgram of(ProcessTemplate template, Path tree) {
    List<String> command = new ArrayList<>(template.command());
    String program = command.getFirst();
    if (program.contains("/") && !program.startsWith("/")) {
      Path inside = tree.resolve(program).normalize();
      if (!inside.startsWith(tree)) {
        throw new IllegalArgumentException("it lies outside of the bundle");
      }
      command.set(0, inside.toString());
    }
    Path asked = tree.resolve(template.workingDirectory()).normalize();
    return new ShippedProgram(tree, List.copyOf(command), Files.isDirectory(asked) ? asked : tree);
  }

  void addTo(Map<String, String> environment) {
    environment.put("NEFELE_BUNDLE", tree.toString());
    Path libraries = tree.resolve(LIBRARIES);
    if (Files.isDirectory(libraries)) {
      environment.merge(LIBRARY_PATH, libraries.toString(), (asked, own) -> own + ":" + asked);
    }
  }
}
