package io.nefele.cli;

import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.RestartPolicy;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The {@code nefele} command. Only the command that was asked for is built: picocli reflects. */
public final class Main {
  private static final int BUFFER_BYTES = 16 << 10;
  private static final int SUMMARY_COLUMN = 12;
  private static final String SIMULATION = "Simulation and benchmarks";

  private Main() {}

  public static void main(String[] args) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Map<String, String> environment = System.getenv();
    boolean styled =
        !environment.containsKey("NO_COLOR")
            && !"dumb".equals(environment.get("TERM"))
            && Terminal.isTerminal(1);
    Console console =
        new Console(
            out, err, new StandardInput(), environment, Path.of("").toAbsolutePath(), styled);
    int exitCode = run(console, args);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
        false,
        StandardCharsets.UTF_8);
  }

  /** Runs one command and returns its exit code. */
  static int run(Console console, String... args) {
    String first = args.length == 0 ? "--help" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    return switch (first) {
      case "help" ->
          rest.length == 0 ? overview(console) : runCommand(console, rest[0], true, "--help");
      case "-h", "--help" -> shortOverview(console);
      case "-V", "--version" -> version(console);
      default -> runCommand(console, first, false, rest);
    };
  }

  /**
   * @param wholeHelp whether a request for help is answered with all there is
   */
  private static int runCommand(Console console, String name, boolean wholeHelp, String... args) {
    Optional<CommandList.Entry> entry = CommandList.find(name);
    if (entry.isEmpty()) {
      console.err().println("nefele: there is no command '" + name + "'; see 'nefele help'");
      console.err().flush();
      return ErrorKind.USAGE.exitCode();
    }
    CommandLine commandLine = commandLine(console, entry.get());
    try {
      ConfigFile.of(commandLine, args).ifPresent(commandLine::setDefaultValueProvider);
    } catch (NefeleException e) {
      return failure(console, commandLine, e);
    }
    if (!wholeHelp) {
      commandLine.setExecutionStrategy(
          parsed -> {
            if (parsed.isUsageHelpRequested()) {
              ShortHelp.print(commandLine, entry.get().takesCommand(), commandLine.getOut());
              return AskingCommand.DONE;
            }
            return new CommandLine.RunLast().execute(parsed);
          });
    }
    return commandLine.execute(args);
  }

  static CommandLine commandLine(Console console, CommandList.Entry entry) {
    CommandLine commandLine = new CommandLine(entry.make().apply(console));
    CommandSpec spec = commandLine.getCommandSpec().name("nefele " + entry.name());
    spec.usageMessage().description(entry.summary()).abbreviateSynopsis(false);
    if (console.styled()) {
      commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.ON));
    } else {
      commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    }
    convert(commandLine, Size.class, Size::parse);
    convert(commandLine, CpuShare.class, CpuShare::parse);
    convert(commandLine, RestartPolicy.class, RestartPolicy::parse);
    convert(commandLine, Duration.class, Span::parse);
    convert(commandLine, SignalNumber.class, SignalNumber::parse);
    convert(commandLine, ProcessId.class, ProcessId::parse);
    convert(commandLine, Name.class, Name::new);
    return commandLine
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setExpandAtFiles(false)
        .setStopAtPositional(entry.takesCommand())
        .setParameterExceptionHandler((e, args) -> wrongUsage(console, e))
        .setExecutionExceptionHandler((e, failed, result) -> failure(console, failed, e));
  }

  private static <T> void convert(
      CommandLine commandLine, Class<T> type, Function<String, T> parse) {
    ITypeConverter<T> converter = converter(parse)::apply;
    commandLine.registerConverter(type, converter);
  }

  /** {@code parse}, with its refusals told as those of an argument. */
  static <T> Function<String, T> converter(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }

  private static int wrongUsage(Console console, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    console.err().println(command + ": " + firstLine(e) + "; see '" + command + " --help'");
    console.err().flush();
    return ErrorKind.USAGE.exitCode();
  }

  private static int failure(Console console, CommandLine failed, Exception e) {
    console.out().flush();
    String command = failed.getCommandSpec().qualifiedName();
    console.err().println(command + ": " + firstLine(e));
    console.err().flush();
    return e instanceof NefeleException failure
        ? failure.kind().exitCode()
        : ErrorKind.FAILED.exitCode();
  }

  private static String firstLine(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static int shortOverview(Console console) {
    PrintStream out = console.out();
    out.println("Nefele turns Linux servers into one machine.");
    out.println();
    out.println("usage: nefele COMMAND [OPTION...]");
    out.println();
    ShortHelp.printCommands(console);
    out.println(console.bold(SIMULATION));
    out.println("  sim bench");
    out.println();
    out.println("'nefele help' says what they do, 'nefele COMMAND --help' tells more about each.");
    return AskingCommand.DONE;
  }

  private static int overview(Console console) {
    PrintStream out = console.out();
    out.println("Nefele turns Linux servers into one machine.");
    out.println();
    out.println("usage: nefele COMMAND [OPTION...]");
    String section = "";
    for (CommandList.Entry entry : CommandList.ENTRIES) {
      if (!entry.section().equals(section)) {
        section = entry.section();
        out.println();
        out.println(console.bold(section));
      }
      out.println(
          "  "
              + entry.name()
              + " ".repeat(SUMMARY_COLUMN - entry.name().length())
              + entry.summary());
    }
    out.println();
    out.println(console.bold(SIMULATION));
    out.println("  sim         Run whole fabrics in virtual time, with faults.");
    out.println("  bench       Measure, with floors and peers in the same run.");
    out.println();
    out.println("'nefele COMMAND --help' tells more about each. Exit codes: 0 done, 1 failed,");
    out.println("2 wrong usage, 3 agent not reachable, 4 refused, 5 answered in part or too late.");
    return AskingCommand.DONE;
  }

  private static int version(Console console) {
    String version = Main.class.getPackage().getImplementationVersion();
    console.out().println("nefele " + (version == null ? "(not packaged)" : version));
    return AskingCommand.DONE;
  }
}
