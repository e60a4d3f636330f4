package io.nefele.bench;

import io.nefele.bench.convergence.ConvergenceCommand;
import io.nefele.bench.mailbox.MailboxCommand;
import io.nefele.bench.placement.PlacementCommand;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code nefele bench}. */
@Command(
    name = "nefele bench",
    description = "Measure what the fabric costs on this machine, beside floors and peers.",
    synopsisSubcommandLabel = "NAME",
    subcommands = {
      StartupCommand.class,
      CliCommand.class,
      SpawnCommand.class,
      PlacementCommand.class,
      MailboxCommand.class,
      ClientsCommand.class,
      PsCommand.class,
      PoolCommand.class,
      ShipCommand.class,
      FootprintCommand.class,
      ConvergenceCommand.class,
      SimCommand.class,
      AllCommand.class,
      CommandLine.HelpCommand.class
    })
public final class BenchMain {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  private BenchMain() {}

  public static void main(String[] args) {
    PrintWriter out = writer(System.out);
    PrintWriter err = writer(System.err);
    System.exit(run(out, err, args));
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** Runs one benchmark and returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new BenchMain()).setOut(out).setErr(err);
    line.setParameterExceptionHandler((e, given) -> wrongUsage(err, e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> failure(err, failed, e));
    if (args.length == 0) {
      line.usage(err);
      return ErrorKind.USAGE.exitCode();
    }
    return line.execute(args);
  }

  private static int wrongUsage(PrintWriter err, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println(command + ": " + e.getMessage() + "; see '" + command + " --help'");
    return ErrorKind.USAGE.exitCode();
  }

  private static int failure(PrintWriter err, CommandLine failed, Exception e) {
    err.println(failed.getCommandSpec().qualifiedName() + ": " + String.valueOf(e.getMessage()));
    if (!(e instanceof BenchFailure || e instanceof NefeleException)) {
      e.printStackTrace(err);
    }
    return e instanceof NefeleException refusal
        ? refusal.kind().exitCode()
        : ErrorKind.FAILED.exitCode();
  }
}
