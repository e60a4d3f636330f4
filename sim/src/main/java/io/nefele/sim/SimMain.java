package io.nefele.sim;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The entry point of {@code nefele sim}. */
public final class SimMain {
  private SimMain() {}

  public static void main(String[] args) {
    System.exit(run(utf8(System.out), utf8(System.err), args));
  }

  private static PrintWriter utf8(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine command = new CommandLine(new SimCommand()).setOut(out).setErr(err);
    // One clear line, not the whole usage.
    command.setParameterExceptionHandler(
        (e, arguments) -> {
          err.println("nefele sim: " + e.getMessage());
          return CommandLine.ExitCode.USAGE;
        });
    command.setExecutionExceptionHandler(
        (e, line, parsed) -> {
          if (!(e instanceof IOException failure)) {
            throw e;
          }
          err.println("nefele sim: can't write " + failure.getMessage() + "; name another file");
          return CommandLine.ExitCode.SOFTWARE;
        });
    return command.execute(args);
  }
}
