package io.nefele.cli;

import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele logs}: a process's standard output on ours, its standard error on ours. */
final class LogsCommand extends AskingCommand {
  private static final Duration WAIT = Duration.ofSeconds(5);

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
    ProcessId id = Objects.requireNonNull(process);
    Stream output = new Stream(false, console.out());
    Stream errors = new Stream(true, console.err());
    output.drain(agent, id);
    errors.drain(agent, id);
    if (follow) {
      followBoth(agent, id, output, errors);
    }
    return DONE;
  }

  private static void followBoth(Nefele agent, ProcessId id, Stream output, Stream errors)
      throws NefeleException {
    AtomicReference<@Nullable NefeleException> failure = new AtomicReference<>();
    Thread other =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    errors.follow(agent, id);
                  } catch (NefeleException e) {
                    failure.set(e);
                  }
                });
    output.follow(agent, id);
    try {
      other.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    NefeleException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  /** One of the two streams, and how far it has been read. */
  private static final class Stream {
    private final boolean standardError;
    private final PrintStream to;
    private long offset;

    Stream(boolean standardError, PrintStream to) {
      this.standardError = standardError;
      this.to = to;
    }

    /** Prints all that is there now. */
    void drain(Nefele agent, ProcessId process) throws NefeleException {
      while (print(agent.streams().readLog(process, standardError, offset))) {
        // Until there is no more.
      }
      to.flush();
    }

    /** Prints all that comes until the process has ended. */
    void follow(Nefele agent, ProcessId process) throws NefeleException {
      while (true) {
        Response.Output read = agent.streams().followLog(process, standardError, offset, WAIT);
        boolean more = print(read);
        to.flush();
        if ((!more && read.ended()) || to.checkError()) {
          return;
        }
      }
    }

    private boolean print(Response.Output read) {
      byte[] content = read.content().unsafeArray();
      to.write(content, 0, content.length);
      offset = read.end();
      return content.length > 0;
    }
  }
}
