package io.nefele.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes a manual page for each command, from what its {@code --help} is made of. */
public final class ManPages {
  private static final String EXIT_STATUS =
      """
      .SH EXIT STATUS
      .IP 0
      Done.
      .IP 1
      Failed.
      .IP 2
      Wrong usage.
      .IP 3
      The agent is not reachable.
      .IP 4
      Refused.
      .IP 5
      Answered in part or too late.
      """;

  private final Console console;

  private ManPages(Console console) {
    this.console = console;
  }

  /**
   * Writes {@code nefele.1}, and {@code nefele-COMMAND.1} for each command.
   *
   * @param args the directory, made if need be
   */
  public static void main(String[] args) throws IOException {
    Console console =
        new Console(System.out, System.err, System.in, System.getenv(), Path.of(""), false);
    new ManPages(console).write(Path.of(args[0]));
  }

  private void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("nefele.1"), overview());
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      Files.writeString(directory.resolve("nefele-" + entry.name() + ".1"), page(console, entry));
    }
  }

  private static String overview() {
    StringBuilder page = new StringBuilder();
    begin(page, "nefele", "Linux servers as one machine");
    page.append(".SH SYNOPSIS\n.B nefele\n.I COMMAND\n.RI [ OPTION ...]\n");
    String section = "";
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      if (!entry.section().equals(section)) {
        section = entry.section();
        page.append(".SH ").append(escaped(section)).append('\n');
      }
      page.append(".TP\n.BR nefele\\-").append(escaped(entry.name())).append(" (1)\n");
      page.append(line(entry.summary()));
    }
    page.append(EXIT_STATUS);
    page.append(".SH ENVIRONMENT\n");
    page.append(".TP\n.B NEFELE_HOME\nWhere local fabrics are kept.\n");
    page.append(".TP\n.B NEFELE_SOCKET\nThe agent that is asked.\n");
    return page.toString();
  }

  /** The page of one command, in the language of man(7). */
  static String page(Console console, CommandList.Entry entry) {
    CommandLine command = Main.commandLine(console, entry);
    StringBuilder page = new StringBuilder();
    begin(page, "nefele-" + entry.name(), entry.summary());
    page.append(".SH SYNOPSIS\n");
    synopsis(page, command);
    arguments(page, command.getCommandSpec(), ".SH ARGUMENTS\n", ".SH OPTIONS\n");
    if (!command.getSubcommands().isEmpty()) {
      page.append(".SH COMMANDS\n");
      command.getSubcommands().forEach((name, its) -> subcommand(page, name, its));
    }
    page.append(EXIT_STATUS).append(".SH SEE ALSO\n.BR nefele (1)\n");
    return page.toString();
  }

  private static void begin(StringBuilder page, String name, String summary) {
    page.append(".TH ").append(name.toUpperCase(Locale.ROOT)).append(" 1\n.ad l\n.nh\n");
    page.append(".SH NAME\n").append(escaped(name)).append(" \\- ").append(line(summary));
  }

  private static void subcommand(StringBuilder page, String name, CommandLine command) {
    page.append(".SS ").append(escaped(name)).append('\n');
    for (String part : command.getCommandSpec().usageMessage().description()) {
      page.append(line(part));
    }
    page.append(".PP\n");
    synopsis(page, command);
    arguments(page, command.getCommandSpec(), "", "");
  }

  private static void synopsis(StringBuilder page, CommandLine command) {
    page.append(line(command.getHelp().synopsis(0).replaceAll("\\s+", " ").strip()));
  }

  private static void arguments(
      StringBuilder page, CommandSpec spec, String ofArguments, String ofOptions) {
    List<PositionalParamSpec> positional =
        spec.positionalParameters().stream().filter(its -> !its.hidden()).toList();
    List<OptionSpec> options = spec.options().stream().filter(its -> !its.hidden()).toList();
    if (!positional.isEmpty()) {
      page.append(ofArguments);
      positional.forEach(its -> argument(page, its.paramLabel(), its));
    }
    if (!options.isEmpty()) {
      page.append(ofOptions);
      options.forEach(its -> argument(page, names(its), its));
    }
  }

  private static String names(OptionSpec option) {
    String names = String.join(", ", option.names());
    if (option.arity().max() == 0) {
      return names;
    }
    String value = option.paramLabel();
    return names + (option.arity().min() == 0 ? " [" + value + "]" : " " + value);
  }

  private static void argument(StringBuilder page, String head, ArgSpec argument) {
    page.append(".TP\n.B \"").append(escaped(head)).append("\"\n");
    for (String part : argument.description()) {
      page.append(line(part));
    }
  }

  private static String line(String text) {
    return escaped(text) + "\n";
  }

  /**
   * So that it stands there as it is: man(7) reads a point or a quote at the beginning of a line.
   */
  private static String escaped(String text) {
    String plain = text.contains("%") ? String.format(Locale.ROOT, text) : text;
    String safe =
        plain
            .replace("\\", "\\e")
            .replace("-", "\\-")
            .replace("\"", "\\(dq")
            .replace("'", "\\(aq")
            .replace("\n.", "\n\\&.");
    return safe.startsWith(".") ? "\\&" + safe : safe;
  }
}
