package io.nefele.agent.linux;

import io.nefele.core.Bytes;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Processes below an init, a small native program that stays when the agent ends or crashes. A new
 * agent that opens the same socket finds everything as it is, with the exits it has missed.
 */
public final class InitProcessHost implements ProcessHost {
  private static final Duration OPEN_WAIT = Duration.ofSeconds(5);
  private static final Duration GREETING_PATIENCE = Duration.ofSeconds(1);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(2);

  private final InitLink link;
  private final Consumer<HostEvent> listener;
  private final boolean started;

  private InitProcessHost(InitOptions options, Consumer<HostEvent> listener, boolean started)
      throws IOException {
    this.listener = listener;
    this.started = started;
    this.link = InitLink.open(options.socket(), new Receiver(listener));
    link.send(InitProtocol.list());
  }

  /**
   * Connects to the init on the socket of {@code options} and starts it first if none is there.
   * Another agent that is connected loses its connection.
   *
   * @param listener is called on one thread, the host's own, and should not block: {@link
   *     HostEvent.Resynchronized} first. The exception to the thread is a launch that is too large
   *     to be sent, which fails on the caller's.
   * @throws IOException if there is no init and none can be started
   */
  public static InitProcessHost open(InitOptions options, Consumer<HostEvent> listener)
      throws IOException {
    long deadlineNanos = System.nanoTime() + OPEN_WAIT.toNanos();
    boolean started = false;
    while (true) {
      try {
        return new InitProcessHost(options, listener, started);
      } catch (SocketException e) {
        if (System.nanoTime() > deadlineNanos) {
          throw e;
        }
      }
      // None listens: never started, dead, or another's that is about to listen or just leaving.
      if (InitStarter.start(options)) {
        started = true;
      } else {
        LockSupport.parkNanos(RETRY_PAUSE.toNanos());
      }
    }
  }

  /**
   * Whether an init listens on {@code socket} and greets: the socket of one that is just being
   * killed still takes connections. Whoever is connected to it loses its connection.
   */
  static boolean answers(Path socket) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector greeted = Selector.open()) {
      probe.configureBlocking(false);
      probe.register(greeted, SelectionKey.OP_READ);
      // One that is frozen is there as well.
      return greeted.select(GREETING_PATIENCE.toMillis()) == 0
          || probe.read(ByteBuffer.allocate(1)) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether {@link #open} had to start the init. */
  public boolean started() {
    return started;
  }

  @Override
  public void spawn(Launch launch) {
    ByteBuffer frame = InitProtocol.spawn(launch);
    if (frame.remaining() > InitProtocol.REQUEST_BYTES_MAX) {
      LaunchFailure tooLarge =
          new LaunchFailure(LaunchFailure.Reason.TOO_LARGE, InitProtocol.Errno.E2BIG);
      listener.accept(new HostEvent.Failed(launch.token(), tooLarge));
      return;
    }
    link.send(frame);
  }

  @Override
  public void release(Collection<Long> tokens) {
    link.send(InitProtocol.release(tokens));
  }

  @Override
  public void abort(Collection<Long> tokens) {
    link.send(InitProtocol.abort(tokens));
  }

  @Override
  public void signal(long token, int signal, Scope scope) {
    link.send(InitProtocol.signal(token, signal, scope));
  }

  @Override
  public void feed(long token, long offset, Bytes bytes, boolean last) {
    link.send(InitProtocol.input(token, offset, last, bytes));
  }

  @Override
  public void resize(long token, int rows, int columns) {
    link.send(InitProtocol.resize(token, rows, columns));
  }

  @Override
  public void measure(Collection<Long> tokens) {
    link.send(InitProtocol.measure(tokens));
  }

  @Override
  public void acknowledge(Collection<Long> tokens) {
    link.send(InitProtocol.acknowledge(tokens));
  }

  @Override
  public void discard(Collection<Path> files) {
    link.send(InitProtocol.discard(files.stream().map(Path::toString).toList()));
  }

  @Override
  public void shutdown(Duration grace) {
    link.expectEnd();
    link.send(InitProtocol.shutdown(grace));
  }

  @Override
  public void close() {
    link.close();
  }

  /** Gathers the list into one event, and passes on what follows it. */
  private static final class Receiver implements InitLink.Receiver {
    private final Consumer<HostEvent> listener;
    private final List<HostEvent.Standing> standings = new ArrayList<>();
    private InitProtocol.Incoming.Hello hello =
        new InitProtocol.Incoming.Hello(0, Isolation.NONE, Set.of());
    private final List<HostEvent.Usage> usages = new ArrayList<>();
    private boolean listed;

    Receiver(Consumer<HostEvent> listener) {
      this.listener = listener;
    }

    @Override
    public void received(InitProtocol.Incoming incoming) {
      switch (incoming) {
        case InitProtocol.Incoming.Hello first -> hello = first;
        case InitProtocol.Incoming.Told(HostEvent.Standing standing) when !listed ->
            standings.add(standing);
        case InitProtocol.Incoming.Told(HostEvent event) -> listener.accept(event);
        case InitProtocol.Incoming.Listed() -> {
          listed = true;
          listener.accept(
              new HostEvent.Resynchronized(
                  hello.initPid(), hello.isolation(), hello.powers(), standings));
          standings.clear();
        }
        case InitProtocol.Incoming.Used(HostEvent.Usage usage) -> usages.add(usage);
        case InitProtocol.Incoming.Measured() -> {
          listener.accept(new HostEvent.Measured(usages));
          usages.clear();
        }
      }
    }

    @Override
    public void lost(String reason) {
      listener.accept(new HostEvent.Disconnected(reason));
    }
  }
}
