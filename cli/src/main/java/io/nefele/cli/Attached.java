package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * This command as if it were the process: its input goes there, what the process writes comes here,
 * signals are passed on, and it ends as the process ends. The process may be on any server; an
 * agent on the way may be restarted meanwhile.
 */
final class Attached {
  private static final int SIGPIPE = 13;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int LOST = 1;
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final Duration FEED_PATIENCE = Duration.ofMinutes(1);

  private final Nefele agent;
  private final ProcessId process;
  private final Console console;
  private final boolean terminal;

  /**
   * @param terminal whether the process has a terminal of its own, which then is shown on ours
   */
  Attached(Nefele agent, ProcessId process, Console console, boolean terminal) {
    this.agent = agent;
    this.process = process;
    this.console = console;
    this.terminal = terminal;
  }

  /** What a process gets as its input that is run from here: a terminal, if we have one. */
  static ProcessInput input() {
    if (Terminal.isTerminal(0) && Terminal.isTerminal(1)) {
      TerminalMode.Window window = TerminalMode.window();
      return new ProcessInput.Terminal(window.rows(), window.columns());
    }
    return new ProcessInput.Fed();
  }

  /** Returns its exit code when it has ended and all that it wrote was shown. */
  int run() throws NefeleException {
    Optional<TerminalMode> before = terminal ? TerminalMode.raw() : Optional.empty();
    // Not a virtual thread: it would take one of their carriers with it while it waits.
    Thread input = Thread.ofPlatform().name("input").daemon().unstarted(this::feed);
    try {
      CaughtSignals.pass(this::forward);
      input.start();
      Thread output = follow(false, console.out());
      Thread errors = follow(true, console.err());
      Response.ProcessRow last = await();
      output.join();
      errors.join();
      return last.exitCode().orElse(LOST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NefeleException(ErrorKind.FAILED, "interrupted", e);
    } finally {
      stop(input);
      before.ifPresent(TerminalMode::restore);
    }
  }

  private void stop(Thread input) {
    try {
      console.in().close();
    } catch (IOException e) {
      input.interrupt();
    }
  }

  private Response.ProcessRow await() throws NefeleException {
    Patience patience = new Patience(null);
    while (true) {
      try {
        return agent.await(process, patience.next());
      } catch (NefeleException e) {
        if (e.kind() != ErrorKind.PARTIAL) {
          throw e;
        }
      }
    }
  }

  private Thread follow(boolean standardError, PrintStream to) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                copy(standardError, to);
              } catch (NefeleException e) {
                console.err().println("nefele: output is missing: " + e.getMessage());
              }
            });
  }

  private void copy(boolean standardError, PrintStream to) throws NefeleException {
    long offset = 0;
    while (true) {
      Response.Output read = agent.streams().followLog(process, standardError, offset, WAIT);
      byte[] content = read.content().unsafeArray();
      to.write(content, 0, content.length);
      to.flush();
      if (to.checkError()) {
        agent.signal(List.of(process), SIGPIPE);
        return;
      }
      offset = read.end();
      if (content.length == 0 && read.ended()) {
        return;
      }
    }
  }

  private void feed() {
    byte[] buffer = new byte[PIECE_BYTES];
    long offset = 0;
    try {
      while (true) {
        int count = console.in().read(buffer);
        Bytes piece = Bytes.wrap(Arrays.copyOf(buffer, Math.max(0, count)));
        Response.Taken taken = feed(offset, piece, count < 0);
        if (taken.closed() || count < 0) {
          return;
        }
        offset += count;
      }
    } catch (IOException | NefeleException e) {
      // The process has ended, or will be told as lost; whoever waits for that says so.
    }
  }

  /** A process that reads slowly, or not at all, is waited for. */
  private Response.Taken feed(long offset, Bytes piece, boolean last) throws NefeleException {
    while (true) {
      try {
        return agent.streams().feed(process, offset, piece, last, FEED_PATIENCE);
      } catch (NefeleException e) {
        if (e.kind() != ErrorKind.PARTIAL) {
          throw e;
        }
      }
    }
  }

  private void forward(String name, int number) {
    try {
      if (!name.equals(CaughtSignals.WINDOW_CHANGED)) {
        agent.signal(List.of(process), number);
      } else if (terminal) {
        TerminalMode.Window window = TerminalMode.window();
        agent.streams().resize(process, window.rows(), window.columns());
      }
    } catch (NefeleException e) {
      // It has ended meanwhile.
    }
  }
}
