package io.nefele.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What fits a screen of 24 lines: of a command with many options a line for each of the usual ones
 * and the names of the others; of all commands their names. {@code nefele help} tells all.
 */
final class ShortHelp {
  /** As the order of an option: it is one of the usual ones. */
  static final int USUAL = 1;

  private static final int LINES = 24;
  private static final int COLUMNS = 79;
  private static final int NAME_COLUMNS = 24;

  private ShortHelp() {}

  /**
   * Prints the help of a command.
   *
   * @param takesCommand whether it takes the command of a process
   */
  static void print(CommandLine commandLine, boolean takesCommand, PrintWriter out) {
    String whole = commandLine.getUsageMessage();
    List<OptionSpec> usual = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (OptionSpec option : sorted(commandLine)) {
      if (option.order() == USUAL) {
        usual.add(option);
      } else if (!option.hidden()) {
        others.add(option.longestName());
      }
    }
    if (usual.isEmpty() || whole.lines().count() <= LINES) {
      out.print(whole);
      out.flush();
      return;
    }
    String name = commandLine.getCommandSpec().qualifiedName();
    List<PositionalParamSpec> positional =
        takesCommand ? List.of() : commandLine.getCommandSpec().positionalParameters();
    StringBuilder usage = new StringBuilder("Usage: " + name + " [OPTION...]");
    usage.append(takesCommand ? " [-- COMMAND...]" : "");
    positional.forEach(its -> usage.append(' ').append(label(its)));
    out.println(usage);
    out.println(String.join(" ", commandLine.getCommandSpec().usageMessage().description()));
    out.println();
    positional.forEach(its -> out.println(line("  " + label(its), its.description())));
    usual.forEach(option -> out.println(line(option)));
    out.println();
    wrap("More: ", others, out);
    out.println("What they mean: " + name.replaceFirst("^nefele ", "nefele help "));
    out.flush();
  }

  /** The names of all commands, by section. */
  static void printCommands(Console console) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      sections.computeIfAbsent(entry.section(), section -> new ArrayList<>()).add(entry.name());
    }
    PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
    sections.forEach(
        (section, names) -> {
          out.println(console.bold(section));
          wrap("  ", names, out);
        });
    out.flush();
  }

  private static List<OptionSpec> sorted(CommandLine commandLine) {
    return commandLine.getCommandSpec().options().stream()
        .sorted(
            Comparator.comparing(
                option -> option.longestName().replace("-", "").toLowerCase(Locale.ROOT)))
        .toList();
  }

  /** {@code -n, --count=N How many of them}: what stands before the first stop or bracket. */
  private static String line(OptionSpec option) {
    StringBuilder line = new StringBuilder("  ").append(String.join(", ", names(option)));
    if (option.arity().max() > 0) {
      boolean optional = option.arity().min() == 0;
      line.append(optional ? "[=" : "=").append(option.paramLabel()).append(optional ? "]" : "");
    }
    return line(line.toString(), option.description());
  }

  private static String label(PositionalParamSpec positional) {
    String name = positional.paramLabel();
    return positional.arity().min() == 0 && !name.startsWith("[") ? "[" + name + "]" : name;
  }

  private static String line(String name, String[] description) {
    StringBuilder line = new StringBuilder(name);
    line.append(" ".repeat(Math.max(2, NAME_COLUMNS - line.length())));
    String text = String.join(" ", description);
    String first = text.split("[.;]( |$)| \\(", 2)[0];
    int room = COLUMNS - line.length();
    return line.append(first.length() <= room ? first : cut(first, room)).toString();
  }

  private static List<String> names(OptionSpec option) {
    return List.of(option.names()).stream()
        .sorted(Comparator.comparingInt(String::length))
        .toList();
  }

  private static String cut(String text, int room) {
    int end = text.lastIndexOf(' ', room - 3);
    return text.substring(0, end) + "...";
  }

  private static void wrap(String indent, List<String> words, PrintWriter out) {
    StringBuilder line = new StringBuilder(indent);
    String next = " ".repeat(indent.length());
    for (String word : words) {
      if (line.length() + word.length() > COLUMNS) {
        out.println(line.toString().stripTrailing());
        line = new StringBuilder(next);
      }
      line.append(word).append(' ');
    }
    out.println(line.toString().stripTrailing());
  }
}
