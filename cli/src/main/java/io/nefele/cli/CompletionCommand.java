package io.nefele.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code nefele completion}. */
final class CompletionCommand implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private final Console console;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandLine all = new CommandLine(CommandSpec.create().name("nefele"));
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      all.addSubcommand(entry.name(), Main.commandLine(console, entry));
    }
    console.out().print(AutoComplete.bash("nefele", all));
    return AskingCommand.DONE;
  }
}
