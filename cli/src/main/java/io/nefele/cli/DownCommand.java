package io.nefele.cli;

import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** {@code nefele down}. */
final class DownCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  DownCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws NefeleException, IOException {
    FabricHome home = FabricHome.of(console);
    LocalFabric.Downed downed = new LocalFabric(home).down();
    console.out().println(describe(home, downed));
    return AskingCommand.DONE;
  }

  private static String describe(FabricHome home, LocalFabric.Downed downed) {
    if (downed.nothing()) {
      return "there is no fabric in " + home.path();
    }
    StringBuilder text = new StringBuilder("ended " + count(downed.agents(), "agent"));
    if (downed.killed() > 0) {
      text.append(" (").append(downed.killed()).append(" by force)");
    }
    if (downed.inits() > 0) {
      text.append(", ").append(count(downed.inits(), "process host"));
    }
    if (downed.tenants() > 0) {
      text.append(", ").append(count(downed.tenants(), "process")).append(" left over");
    }
    if (downed.namespaces() > 0) {
      text.append("; removed ").append(count(downed.namespaces(), "network namespace"));
    }
    return text.append("; removed ").append(home.path()).toString();
  }

  private static String count(int number, String what) {
    String plural = what.endsWith("s") ? what + "es" : what + "s";
    return number + " " + (number == 1 ? what : plural);
  }
}
