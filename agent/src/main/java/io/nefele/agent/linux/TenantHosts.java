package io.nefele.agent.linux;

import static java.util.stream.Collectors.groupingBy;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The processes of this server, each tenant's below an init of its own: a tenant's namespaces come
 * with its first process here and go with its last. One tenant's init stays as long as the agent:
 * the home tenant's, of which the agent also learns what inits can do here.
 *
 * <p>As with one {@link ProcessHost}, requests return at once and events follow, those of a tenant
 * in the order in which they happened. An init that is killed takes the processes in its namespaces
 * with it, which is told as their ends.
 */
public final class TenantHosts implements AutoCloseable {
  private static final int SIGKILL = 9;
  private static final CompletableFuture<Void> NOBODY = CompletableFuture.completedFuture(null);

  private final Name home;
  private final Places places;
  private final Consumer<HostEvent> listener;
  private final SortedMap<Name, TenantHost> hosts = new TreeMap<>(); // guarded by this

  /** Those of tenants that have left, as long as they have not ended. */
  private final SortedMap<Name, TenantHost> leaving = new TreeMap<>(); // guarded by this

  /** Where each process is whose end was not acknowledged, and the same the other way round. */
  private final Map<Long, TenantHost> placed = new HashMap<>(); // guarded by this

  private final SetMultimap<TenantHost, Long> tokens = HashMultimap.create(); // guarded by this

  /** Those of them whose end was told. */
  private final Set<Long> ended = new HashSet<>(); // guarded by this

  /** Those that have not told yet what stands, and what others have told. */
  private final Set<TenantHost> starting = new HashSet<>(); // guarded by this

  private final List<HostEvent.Standing> found = new ArrayList<>(); // guarded by this
  private HostEvent.Resynchronized ofHome = // guarded by this
      new HostEvent.Resynchronized(0, Isolation.NONE, Set.of(), List.of());

  /** Those that have not answered yet what their processes use, and what others have answered. */
  private final Set<TenantHost> measuring = new HashSet<>(); // guarded by this

  private final List<HostEvent.Usage> measured = new ArrayList<>(); // guarded by this

  /** What a tenant's init is started with. */
  public interface Places {
    /** Makes ready what the init needs, and says where and how it is to be. */
    InitOptions ready(Name tenant) throws IOException;
  }

  private TenantHosts(Name home, Places places, Consumer<HostEvent> listener) {
    this.home = home;
    this.places = places;
    this.listener = listener;
  }

  /**
   * Connects to the init of {@code home}, started if there is none, and to those of {@code others}
   * that are there.
   *
   * @param others whose processes may run below inits that earlier agents have started
   * @param listener as of {@link InitProcessHost#open}, but that it is called on several threads,
   *     one for each tenant; {@link HostEvent.Resynchronized} is told once, of all
   * @throws IOException if one can neither be reached nor started; none is left then that was not
   *     there before
   */
  public static TenantHosts open(
      Name home, Collection<Name> others, Places places, Consumer<HostEvent> listener)
      throws IOException {
    TenantHosts hosts = new TenantHosts(home, places, listener);
    Set<TenantHost> first = new HashSet<>();
    synchronized (hosts) {
      first.add(hosts.of(home));
      for (Name tenant : others) {
        if (InitProcessHost.answers(places.ready(tenant).socket())) {
          first.add(hosts.of(tenant));
        }
      }
      hosts.starting.addAll(first);
    }
    try {
      for (TenantHost host : first) {
        host.open();
      }
      return hosts;
    } catch (IOException e) {
      hosts.giveUp();
      throw e;
    }
  }

  /** Starts a process of {@code tenant}, as {@link ProcessHost#spawn} does. */
  public void spawn(Name tenant, Launch launch) {
    TenantHost host;
    synchronized (this) {
      host = of(tenant);
      place(launch.token(), host);
    }
    host.spawn(launch);
  }

  /** As {@link ProcessHost#release}. */
  public void release(Collection<Long> tokens) {
    ask(tokens, ProcessHost::release);
  }

  /** As {@link ProcessHost#abort}. */
  public void abort(Collection<Long> tokens) {
    ask(tokens, ProcessHost::abort);
  }

  /** As {@link ProcessHost#signal}. */
  public void signal(long token, int signal, ProcessHost.Scope scope) {
    ask(List.of(token), (host, tokens) -> host.signal(token, signal, scope));
  }

  /** As {@link ProcessHost#feed}. */
  public void feed(long token, long offset, Bytes bytes, boolean last) {
    ask(List.of(token), (host, tokens) -> host.feed(token, offset, bytes, last));
  }

  /** As {@link ProcessHost#resize}. */
  public void resize(long token, int rows, int columns) {
    ask(List.of(token), (host, tokens) -> host.resize(token, rows, columns));
  }

  /** Has everything measured that has done something; one {@link HostEvent.Measured} follows. */
  public void measure() {
    List<TenantHost> asked;
    synchronized (this) {
      measured.clear();
      measuring.clear();
      hosts.values().stream().filter(TenantHost::isOpen).forEach(measuring::add);
      asked = List.copyOf(measuring);
    }
    asked.forEach(host -> host.request(there -> there.measure(List.of())));
  }

  /** As {@link ProcessHost#acknowledge}; the init of a tenant that has no process left ends. */
  public void acknowledge(Collection<Long> tokens) {
    ask(tokens, ProcessHost::acknowledge);
    tokens.forEach(this::forget);
  }

  /** As {@link ProcessHost#discard}; whose processes wrote the files does not matter. */
  public void discard(Collection<Path> files) {
    TenantHost any;
    synchronized (this) {
      any = of(home);
    }
    any.request(host -> host.discard(files));
  }

  /** Ends all processes and inits; {@link HostEvent.Disconnected} comes when that is done. */
  public void shutdown(Duration grace) {
    CompletableFuture.allOf(
            all().stream()
                .map(
                    host -> {
                      host.leave(grace);
                      return host.gone();
                    })
                .toArray(CompletableFuture[]::new))
        .thenRun(() -> listener.accept(new HostEvent.Disconnected("all hosts have ended")));
  }

  /** The agent does not come to be: the inits that it started end with it, others go on. */
  public void giveUp() {
    List<TenantHost> started = all().stream().filter(TenantHost::started).toList();
    started.forEach(host -> host.leave(Duration.ZERO));
    started.forEach(host -> host.gone().join());
    close();
  }

  /** Leaves the hosts; the processes go on. No event follows. */
  @Override
  public void close() {
    all().forEach(TenantHost::close);
  }

  private synchronized List<TenantHost> all() {
    List<TenantHost> all = new ArrayList<>(hosts.values());
    all.addAll(leaving.values());
    return all;
  }

  private synchronized TenantHost of(Name tenant) {
    return hosts.computeIfAbsent(
        tenant,
        name -> {
          TenantHost before = leaving.get(name);
          return new TenantHost(
              name, places, before == null ? NOBODY : before.gone(), this::happened);
        });
  }

  private interface Request {
    void of(ProcessHost host, List<Long> tokens);
  }

  private void ask(Collection<Long> tokens, Request request) {
    Map<TenantHost, List<Long>> byHost;
    synchronized (this) {
      byHost = tokens.stream().filter(placed::containsKey).collect(groupingBy(placed::get));
    }
    byHost.forEach((host, its) -> host.request(there -> request.of(there, its)));
  }

  /** A process is no more. */
  private void forget(long token) {
    TenantHost host;
    synchronized (this) {
      host = placed.remove(token);
      ended.remove(token);
      if (host == null) {
        return;
      }
      tokens.remove(host, token);
    }
    leaveIfDone(host);
  }

  private void leaveIfDone(TenantHost host) {
    synchronized (this) {
      if (host.name().equals(home) || tokens.containsKey(host)) {
        return;
      }
      hosts.remove(host.name(), host);
      leaving.put(host.name(), host);
    }
    host.gone().thenRun(() -> left(host));
    host.leave(Duration.ZERO);
  }

  private synchronized void left(TenantHost host) {
    leaving.remove(host.name(), host);
  }

  private void happened(TenantHost host, HostEvent event) {
    switch (event) {
      case HostEvent.Resynchronized all -> resynchronized(host, all);
      case HostEvent.Measured(var usages) -> answered(host, usages);
      case HostEvent.Disconnected lost -> lost(host, lost);
      case HostEvent.Failed failed -> {
        listener.accept(failed);
        forget(failed.token());
      }
      case HostEvent.Exited exited -> exited(exited);
      case HostEvent.Gated gated -> listener.accept(gated);
      case HostEvent.Started started -> listener.accept(started);
      case HostEvent.Taken taken -> listener.accept(taken);
    }
  }

  private void exited(HostEvent.Exited exited) {
    synchronized (this) {
      ended.add(exited.token());
    }
    listener.accept(exited);
  }

  private void resynchronized(TenantHost host, HostEvent.Resynchronized all) {
    HostEvent.Resynchronized complete;
    synchronized (this) {
      if (!starting.remove(host)) {
        // Started for processes to come.
        return;
      }
      if (host.name().equals(home)) {
        ofHome = all;
      }
      all.standings().forEach(standing -> place(standing.token(), host));
      found.addAll(all.standings());
      if (!starting.isEmpty()) {
        return;
      }
      complete =
          new HostEvent.Resynchronized(
              ofHome.initPid(), ofHome.isolation(), ofHome.powers(), found);
    }
    listener.accept(complete);
    all().forEach(this::leaveIfDone);
  }

  private synchronized void place(long token, TenantHost host) {
    placed.put(token, host);
    tokens.put(host, token);
  }

  private void answered(TenantHost host, List<HostEvent.Usage> usages) {
    HostEvent.Measured all;
    synchronized (this) {
      if (!measuring.remove(host)) {
        return;
      }
      measured.addAll(usages);
      if (!measuring.isEmpty()) {
        return;
      }
      all = new HostEvent.Measured(measured);
    }
    listener.accept(all);
  }

  /** A connection has ended that nobody has ended. */
  private void lost(TenantHost host, HostEvent.Disconnected event) {
    List<Long> dead = List.of();
    boolean early;
    synchronized (this) {
      early = !starting.isEmpty();
      // Without namespaces the processes go on, and nobody will tell how they end.
      if (!early && ofHome.isolation() != Isolation.NONE && !host.answers()) {
        hosts.remove(host.name(), host);
        dead = tokens.get(host).stream().filter(token -> !ended.contains(token)).toList();
      }
    }
    if (early) {
      listener.accept(event);
    }
    answered(host, List.of());
    for (long token : dead) {
      exited(
          new HostEvent.Exited(
              token, new ProcessEnding.Signal(SIGKILL), Instant.now(), 0, 0, false));
    }
  }
}
