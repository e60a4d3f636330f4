package io.nefele.agent.linux;

import io.nefele.core.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host of one tenant's processes. It comes to be when something is asked of it first, on a
 * thread of its own, and what is asked meanwhile waits. All methods may be called from any thread.
 */
final class TenantHost {
  private static final Logger log = LoggerFactory.getLogger(TenantHost.class);

  /** An init that ends without processes takes a few milliseconds. */
  private static final int END_SECONDS_MAX = 10;

  private final Name name;
  private final TenantHosts.Places places;
  private final BiConsumer<TenantHost, HostEvent> events;

  /** Completed when its init has ended, or will never be. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** The one before it, which has to be gone first. */
  private final CompletableFuture<Void> before;

  private final List<Consumer<ProcessHost>> waiting = new ArrayList<>(); // guarded by this

  /** The processes that are to be started once it is there. */
  private final List<Long> launching = new ArrayList<>(); // guarded by this

  private @Nullable InitProcessHost host; // guarded by this
  private @Nullable Path socket; // guarded by this
  private boolean opening; // guarded by this
  private boolean leaving; // guarded by this

  /**
   * @param before completed when an earlier host of the tenant is gone
   * @param events is told what happens, as the listener of {@link InitProcessHost#open} is; {@link
   *     HostEvent.Disconnected} only if nobody asked it to leave
   */
  TenantHost(
      Name name,
      TenantHosts.Places places,
      CompletableFuture<Void> before,
      BiConsumer<TenantHost, HostEvent> events) {
    this.name = name;
    this.places = places;
    this.before = before;
    this.events = events;
  }

  Name name() {
    return name;
  }

  CompletableFuture<Void> gone() {
    return gone;
  }

  synchronized boolean isOpen() {
    return host != null;
  }

  /** Whether it had to start the init. */
  synchronized boolean started() {
    return host != null && host.started();
  }

  /** Whether its init is there; it is not to be connected to any more. */
  synchronized boolean answers() {
    return socket != null && InitProcessHost.answers(socket);
  }

  void spawn(Launch launch) {
    synchronized (this) {
      launching.add(launch.token());
    }
    request(
        there -> {
          synchronized (this) {
            launching.remove(launch.token());
          }
          there.spawn(launch);
        });
  }

  void request(Consumer<ProcessHost> request) {
    InitProcessHost there;
    synchronized (this) {
      there = host;
      if (there == null) {
        waiting.add(request);
        if (!opening && !leaving) {
          opening = true;
          Thread.ofPlatform().daemon().name("open-init").start(this::openForThoseWhoWait);
        }
      }
    }
    // Not while this is held: a request that fails at once is told to somebody who may ask more.
    if (there != null) {
      request.accept(there);
    }
  }

  private void openForThoseWhoWait() {
    try {
      before.get(END_SECONDS_MAX, TimeUnit.SECONDS);
      open();
    } catch (IOException | ExecutionException | TimeoutException e) {
      log.warn("tenant {} can't have processes here: {}", name, e.getMessage());
      List<Long> failed;
      synchronized (this) {
        failed = List.copyOf(launching);
        launching.clear();
        waiting.clear();
        opening = false;
      }
      LaunchFailure failure = new LaunchFailure(LaunchFailure.Reason.NO_HOST, 0);
      failed.forEach(token -> events.accept(this, new HostEvent.Failed(token, failure)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Connects, having started an init if there is none, and asks for all that waited.
   *
   * @throws IOException if none can be started
   */
  void open() throws IOException {
    InitOptions options = places.ready(name);
    InitProcessHost opened = InitProcessHost.open(options, this::happened);
    synchronized (this) {
      socket = options.socket();
    }
    while (true) {
      List<Consumer<ProcessHost>> next;
      synchronized (this) {
        next = List.copyOf(waiting);
        waiting.clear();
        if (next.isEmpty()) {
          opening = false;
          host = opened;
          return;
        }
      }
      next.forEach(request -> request.accept(opened));
    }
  }

  /** Ends the processes and the init, if there is one; {@link #gone} tells when that is done. */
  void leave(Duration grace) {
    boolean never;
    synchronized (this) {
      leaving = true;
      never = host == null && !opening;
    }
    if (never) {
      gone.complete(null);
    } else {
      request(there -> there.shutdown(grace));
    }
  }

  /** Leaves the processes and the init to themselves. */
  synchronized void close() {
    leaving = true;
    if (host != null) {
      host.close();
    }
  }

  private void happened(HostEvent event) {
    if (event instanceof HostEvent.Disconnected) {
      gone.complete(null);
      synchronized (this) {
        if (leaving) {
          return;
        }
      }
    }
    events.accept(this, event);
  }
}
