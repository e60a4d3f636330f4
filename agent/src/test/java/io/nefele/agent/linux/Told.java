package io.nefele.agent.linux;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The events of one host, to be taken out by kind and token. */
final class Told implements Consumer<HostEvent> {
  private static final long WAIT_SECONDS_MAX = 30;

  private final List<HostEvent> events = new ArrayList<>();

  @Override
  public synchronized void accept(HostEvent event) {
    events.add(event);
    notifyAll();
  }

  HostEvent.Resynchronized resynchronized() throws InterruptedException {
    return next(HostEvent.Resynchronized.class);
  }

  /** Whether the init answered; false if it was dying and broke the connection instead. */
  synchronized boolean answered() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
    while (events.stream()
        .noneMatch(
            event ->
                event instanceof HostEvent.Resynchronized
                    || event instanceof HostEvent.Disconnected)) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        throw new AssertionError("no word of the init");
      }
      wait(leftMillis);
    }
    return events.stream().anyMatch(HostEvent.Resynchronized.class::isInstance);
  }

  HostEvent.Started started(long token) throws InterruptedException {
    return standing(HostEvent.Started.class, token);
  }

  HostEvent.Gated gated(long token) throws InterruptedException {
    return standing(HostEvent.Gated.class, token);
  }

  HostEvent.Exited exited(long token) throws InterruptedException {
    return standing(HostEvent.Exited.class, token);
  }

  LaunchFailure failed(long token) throws InterruptedException {
    HostEvent.Failed failed = next(HostEvent.Failed.class);
    if (failed.token() != token) {
      throw new AssertionError("not for " + token + ": " + failed);
    }
    return failed.failure();
  }

  HostEvent.Measured measured() throws InterruptedException {
    return next(HostEvent.Measured.class);
  }

  HostEvent.Taken taken() throws InterruptedException {
    return next(HostEvent.Taken.class);
  }

  HostEvent.Disconnected disconnected() throws InterruptedException {
    return next(HostEvent.Disconnected.class);
  }

  /** What has come and was not taken out. */
  synchronized List<HostEvent> rest() {
    return List.copyOf(events);
  }

  private <T extends HostEvent.Standing> T standing(Class<T> kind, long token)
      throws InterruptedException {
    return await(kind, token);
  }

  private <T extends HostEvent> T next(Class<T> kind) throws InterruptedException {
    return await(kind, -1);
  }

  private synchronized <T extends HostEvent> T await(Class<T> kind, long token)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
    while (true) {
      for (Iterator<HostEvent> each = events.iterator(); each.hasNext(); ) {
        HostEvent event = each.next();
        boolean ofToken =
            token == -1
                || (event instanceof HostEvent.Standing standing && standing.token() == token);
        if (kind.isInstance(event) && ofToken) {
          each.remove();
          return kind.cast(event);
        }
      }
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        throw new AssertionError("no " + kind.getSimpleName() + " of " + token + " in " + events);
      }
      wait(leftMillis);
    }
  }
}
