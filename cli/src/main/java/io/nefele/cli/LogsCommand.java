package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele logs}: a process's standard output on ours, its standard error on ours. */
final class LogsCommand extends AskingCommand {
  private static final long POLL_MILLIS = 100;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the process has ended.")
  boolean follow;

  @Parameters(paramLabel = "ID", description = "The id of a process.")
  @Nullable ProcessId process;

  LogsCommand(Console console) {
    super(console);
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    Stream output = new Stream(false, console.out());
    Stream errors = new Stream(true, console.err());
    while (true) {
      output.drain(agent, Objects.requireNonNull(process));
      errors.drain(agent, Objects.requireNonNull(process));
      if (!follow || (output.ended && errors.ended)) {
        return DONE;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
  }

  /** One of the two streams, and how far it has been read. */
  private static final class Stream {
    private final boolean standardError;
    private final PrintStream to;
    private long offset;
    private boolean ended;

    Stream(boolean standardError, PrintStream to) {
      this.standardError = standardError;
      this.to = to;
    }

    /** Prints all that is there now. */
    void drain(Nefele agent, ProcessId process) throws NefeleException {
      while (true) {
        Response.Output read = agent.readLog(process, standardError, offset);
        byte[] content = read.content().unsafeArray();
        to.write(content, 0, content.length);
        offset = read.end();
        ended = read.ended();
        if (content.length == 0) {
          to.flush();
          return;
        }
      }
    }
  }
}
