package io.nefele.agent;

import io.nefele.agent.api.ApiServer;
import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentCore;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentProfile;
import io.nefele.agent.linux.CgroupPower;
import io.nefele.agent.linux.HostEvent;
import io.nefele.agent.linux.Isolation;
import io.nefele.agent.outside.Exposures;
import io.nefele.agent.outside.OutsideWorld;
import io.nefele.core.Name;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.GossipConfig;
import io.nefele.gossip.atomix.AtomixTransport;
import io.nefele.gossip.atomix.AtomixTransportConfig;
import io.nefele.gossip.atomix.PortInUse;
import io.nefele.hierarchy.HierarchyConfig;
import io.nefele.hierarchy.jgroups.JGroupsConfig;
import io.nefele.hierarchy.jgroups.JGroupsTransport;
import io.nefele.hierarchy.jgroups.PortInUseException;
import io.nefele.mailbox.StoreLimits;
import io.nefele.mailbox.chronicle.ChronicleMailboxStore;
import io.nefele.placement.ServerFacts;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One agent of this server, from its start to its end. */
final class AgentDaemon {
  private static final Logger log = LoggerFactory.getLogger(AgentDaemon.class);

  /** The service that every agent takes part in: processes, their table and their placement. */
  static final Name HOME_SERVICE = new Name("compute");

  private static final String NOT_ISOLATED =
      "PROCESSES ARE NOT ISOLATED: they see, and can signal, what else runs on this server";
  private static final String NOT_LIMITED =
      "limits are not enforced: no cgroups for cpu and memory here; they are only set aside";

  private static final long WARM_UP_DELAY_SECONDS = 10;

  private final LoopInputs inputs;
  private final StateDirectory state;
  private final AgentLoop loop;
  private final RowJournal journal;
  private final ProcessBridge processes;
  private final MailboxThread mailboxes;
  private final SharedQueueHost sharedQueues;
  private final BundleThread bundles;
  private final OutsideWorld outside;
  private final Exposures exposures;
  private final AtomixTransport gossip;
  private final JGroupsTransport groups;
  private final FabricInputs arrivals;
  private final ClientInputs clients;
  private final ApiServer api;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  /**
   * Starts an agent; when this returns, it answers on its socket.
   *
   * @throws StartFailure if it can't, with the reason in words
   */
  static AgentDaemon start(AgentOptions options) throws StartFailure, InterruptedException {
    QuietLogging.install();
    StateDirectory state = StateDirectory.open(options.state());
    LoopInputs inputs = new LoopInputs();
    try {
      TenantSandboxes sandboxes = new TenantSandboxes(options, state);
      ApiServer.Access access = access(state);
      ProcessBridge processes =
          new ProcessBridge(
              state.boot().agent(),
              options,
              sandboxes,
              access.tenant(),
              baseEnvironment(),
              inputs::run);
      boolean runs = false;
      try {
        AgentDaemon daemon = new AgentDaemon(options, state, inputs, processes, sandboxes, access);
        runs = true;
        return daemon;
      } finally {
        if (!runs) {
          processes.giveUp();
        }
      }
    } catch (PortInUse e) {
      throw new StartFailure(e.getMessage() + "; stop who uses it, or choose another --port", e);
    } catch (PortInUseException e) {
      throw new StartFailure(
          e.getMessage()
              + "; an agent uses --port and the one above it: stop who uses it, or choose another",
          e);
    } catch (IOException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private AgentDaemon(
      AgentOptions options,
      StateDirectory state,
      LoopInputs inputs,
      ProcessBridge processes,
      TenantSandboxes sandboxes,
      ApiServer.Access access)
      throws IOException, PortInUse, StartFailure, InterruptedException {
    this.inputs = inputs;
    this.state = state;
    this.processes = processes;
    HostEvent.Resynchronized found = processes.awaitResynchronized();
    AgentCore core = core(options, state, found);
    tellConfinement(found);
    this.loop =
        new AgentLoop(core, inputs.waiting(), this::execute, this::flushReplies, this::fail);
    inputs.readBy(loop);
    this.journal = RowJournal.open(state.resolve("rows.log"), state.boot().agent());
    if (journal.tornBytes() > 0) {
      log.warn(
          "the last {} bytes of {} were cut off by a crash and are dropped",
          journal.tornBytes(),
          state.resolve("rows.log"));
    }
    this.mailboxes =
        new MailboxThread(
            new ChronicleMailboxStore(
                state.resolve("mailboxes"),
                StoreLimits.DEFAULT,
                ChronicleMailboxStore.OPEN_MAX_DEFAULT),
            inputs::run);
    this.sharedQueues = new SharedQueueHost(new TenantPlaces(options.state()));
    this.outside = new OutsideWorld(inputs::add);
    this.exposures = new Exposures(options.endpoint().host(), inputs::add);
    BundleStore bundleStore = new BundleStore(options.bundles());
    this.bundles = new BundleThread(bundleStore, inputs::add);
    this.arrivals = new FabricInputs(inputs::add, inputs::run);
    this.groups =
        JGroupsTransport.start(
            new JGroupsConfig(state.boot(), options.messages().host(), options.messages().port()),
            arrivals);
    this.gossip =
        AtomixTransport.start(
            new AtomixTransportConfig(
                options.fabric().text(),
                state.boot(),
                options.endpoint(),
                options.seeds(),
                options.multicast()
                    ? Optional.of(AtomixTransportConfig.DEFAULT_MULTICAST)
                    : Optional.empty()),
            arrivals);
    inputs.add(
        new AgentInput.Booted(
            journal.rows(),
            processes.survivors(found),
            mailboxes.recover(),
            sharedQueues.recover(),
            journal.registry(),
            journal.history(),
            journal.openRequests(),
            bundleStore.recover()));
    processes.begin();
    if (!options.seeds().isEmpty()) {
      inputs.add(new AgentInput.Discovered(options.seeds()));
    }
    this.clients =
        new ClientInputs(
            inputs, new Programs(baseEnvironment().getOrDefault("PATH", "")), this::dropped);
    this.api = ApiServer.open(options.operatorSocket(), options.socket(), access, clients);
    sandboxes.openTo(api);
    writePid("agent.pid", ProcessHandle.current().pid());
    writePid("init.pid", found.initPid());
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutdown, "nefele-shutdown"));
    loop.start();
    Path scratch = state.resolve("warm-up");
    // Not at once: half a second of processor time that a fabric which is forming needs itself.
    CompletableFuture.delayedExecutor(WARM_UP_DELAY_SECONDS, TimeUnit.SECONDS)
        .execute(() -> mailboxes.soon(() -> ChronicleMailboxStore.warmUp(scratch)));
  }

  /**
   * Waits until the agent ends by itself.
   *
   * @return its exit code
   */
  int awaitEnd() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AgentCore core(
      AgentOptions options, StateDirectory state, HostEvent.Resynchronized host) {
    AgentProfile profile =
        new AgentProfile(
            options.name(),
            options.number(),
            options.messages(),
            AgentProfile.Isolation.valueOf(host.isolation().name()),
            enforcesLimits(host),
            options.capacity(),
            options.capacity(),
            facts(options.facts(), host.isolation()),
            0,
            options.outside(),
            List.of());
    List<HierarchyConfig> services = new ArrayList<>();
    services.add(new HierarchyConfig(HOME_SERVICE, options.groupSize()));
    options.services().forEach((name, k) -> services.add(new HierarchyConfig(name, k)));
    AgentConfig config =
        new AgentConfig(
            state.boot(),
            options.endpoint(),
            GossipConfig.defaults(),
            profile,
            services,
            options.bundleBytesMax());
    return new AgentCore(config, new SeededStreams(new SecureRandom().nextLong()));
  }

  /** How it isolates, and what programs it can run, is asked for as its labels are. */
  private static ServerFacts facts(ServerFacts named, Isolation isolation) {
    SortedMap<String, String> labels = new TreeMap<>(named.labels());
    String architecture = System.getProperty("os.arch", "");
    labels.put(AgentProfile.ARCHITECTURE, architecture.equals("amd64") ? "x86_64" : architecture);
    labels.put(AgentProfile.ISOLATION, isolation.name().toLowerCase(Locale.ROOT));
    return new ServerFacts(labels, named.group(), named.policy());
  }

  private static boolean enforcesLimits(HostEvent.Resynchronized host) {
    return host.powers().containsAll(Set.of(CgroupPower.CPU, CgroupPower.MEMORY));
  }

  /** What an operator has to know before there is harm. */
  private static void tellConfinement(HostEvent.Resynchronized host) {
    if (host.isolation() == Isolation.NONE) {
      log.warn(NOT_ISOLATED);
    }
    if (!enforcesLimits(host)) {
      log.warn(NOT_LIMITED);
    }
  }

  private static Map<String, String> baseEnvironment() {
    Map<String, String> environment = new HashMap<>();
    for (String name : List.of("HOME", "USER", "LOGNAME", "LANG", "TZ")) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    String distribution = System.getProperty("nefele.dist");
    environment.put("PATH", distribution == null ? path : path + ":" + distribution + "/bin");
    return environment;
  }

  private static ApiServer.Access access(StateDirectory state) throws IOException {
    int uid = (Integer) Files.getAttribute(state.path(), "unix:uid");
    String user = System.getProperty("user.name", "");
    Name tenant;
    try {
      tenant = new Name(user);
    } catch (IllegalArgumentException e) {
      tenant = new Name("user-" + uid);
    }
    return new ApiServer.Access(uid, tenant);
  }

  private void execute(AgentEffect effect) {
    switch (effect) {
      case AgentEffect.SendDatagram(var to, var message) -> gossip.send(to, message);
      case AgentEffect.SendStream(var to, var message) -> gossip.sendStream(to, message);
      case AgentEffect.Watch(var to, var lease) -> gossip.watch(to, lease);
      case AgentEffect.MembershipChanged(var event) -> gossip.apply(event);
      case AgentEffect.Learn(var agent, var endpoint) -> groups.learn(agent, endpoint);
      case AgentEffect.Unlearn(var agent) -> groups.forget(agent);
      case AgentEffect.OpenGroup(var group, var contacts) -> groups.open(group, contacts);
      case AgentEffect.CloseGroup(var group) -> groups.close(group);
      case AgentEffect.Broadcast(var group, var message) ->
          groups.broadcast(group, FabricInputs.encode(message));
      case AgentEffect.Send(var to, var message) when message.isBulk() ->
          groups.sendBulk(to, FabricInputs.encode(message));
      case AgentEffect.Send(var to, var message) -> groups.send(to, FabricInputs.encode(message));
      case AgentEffect.Persist(var row) -> journal.put(row);
      case AgentEffect.Register(var entry) -> journal.register(entry);
      case AgentEffect.KeepUse(var use) -> journal.keep(use);
      case AgentEffect.ForgetUse(var key) -> journal.forget(key);
      case AgentEffect.KeepOpenRequest(var key, var with) -> journal.open(key, with);
      case AgentEffect.ForgetOpenRequest(var key) -> journal.close(key);
      case AgentEffect.Forget(var forgotten) -> {
        journal.remove(forgotten);
        processes.discardOutput(forgotten);
      }
      case AgentEffect.Spawn spawn -> processes.spawn(spawn);
      case AgentEffect.TryPort attempt -> processes.tryPort(attempt);
      case AgentEffect.Release(var ids) -> processes.release(ids);
      case AgentEffect.Abort(var ids) -> processes.abort(ids);
      case AgentEffect.Signal(var process, int signal) -> processes.signal(process, signal);
      case AgentEffect.Feed(var process, long offset, var content, boolean last) ->
          processes.feed(process, offset, content, last);
      case AgentEffect.Resize(var process, int rows, int columns) ->
          processes.resize(process, rows, columns);
      case AgentEffect.Measure() -> processes.measure();
      case AgentEffect.AcknowledgeExit(var process) -> processes.acknowledge(process);
      case AgentEffect.ReadLog read -> processes.readLog(read);
      case AgentEffect.Store store -> mailboxes.store(store);
      case AgentEffect.KeepNote note -> mailboxes.keepNote(note);
      case AgentEffect.Take take -> mailboxes.take(take);
      case AgentEffect.OpenSharedQueue open -> inputs.add(sharedQueues.open(open));
      case AgentEffect.Discard(var mailbox) -> {
        mailboxes.discard(mailbox);
        sharedQueues.delete(mailbox);
      }
      case AgentEffect.OfDepot(var work) -> bundles.perform(work);
      case AgentEffect.LookUp look -> outside.lookUp(look);
      case AgentEffect.GoOutside order -> outside.go(order);
      case AgentEffect.Listen(int port, var behind) -> inputs.add(exposures.listen(port, behind));
      case AgentEffect.StopListening(int port) -> exposures.stopListening(port);
      case AgentEffect.Reply(var token, var response) -> {
        if (token.isOfOutside()) {
          exposures.reply(token, response);
        } else {
          api.reply(token, response);
        }
      }
      case AgentEffect.Told(var event) -> log.info("{}", event);
      case AgentEffect.Questioned(var id) -> log.debug("asked {}", id);
      case AgentEffect.Stopped() -> left.complete(null);
      case AgentEffect.Superseded(var by) ->
          fail(
              new IllegalStateException(
                  (by.equals(state.boot())
                          ? "another agent of the same id ("
                          : "a later start of this agent (")
                      + by
                      + ") is at work; was its state directory copied? Remove "
                      + state.path()
                      + " to start as a new agent"));
      // The loop keeps timers itself.
      case AgentEffect.SetTimer timer -> {}
      case AgentEffect.CancelTimer timer -> {}
    }
  }

  private void flushReplies() {
    api.flushReplies();
  }

  /**
   * The core or its loop has failed: stop at once, as a crash, rather than act on a wrong state.
   */
  private void fail(Throwable failure) {
    log.error("the agent stops: {}", failure.getMessage(), failure);
    Runtime.getRuntime().halt(ErrorKind.FAILED.exitCode());
  }

  /** The graceful end: processes first, so that everybody hears how they ended. */
  private void shutdown() {
    try {
      inputs.add(new AgentInput.ProcessesEnding());
      processes.shutdown();
      inputs.add(new AgentInput.LeaveRequested());
      left.get(2, TimeUnit.SECONDS);
      api.close();
      clients.close();
      gossip.stop().get(2, TimeUnit.SECONDS);
      groups.close();
      loop.stop();
      outside.close();
      exposures.close();
      mailboxes.close();
      bundles.close();
      journal.close();
      processes.close();
      Files.deleteIfExists(state.resolve("agent.pid"));
      Files.deleteIfExists(state.resolve("init.pid"));
      state.close();
    } catch (IOException | ExecutionException | TimeoutException e) {
      log.warn("the agent did not end in good order: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end.complete(0);
  }

  private Response.Dropped dropped() {
    return new Response.Dropped(gossip.malformedMessages(), arrivals.malformed(), groups.dropped());
  }

  private void writePid(String name, long pid) throws IOException {
    Files.writeString(state.resolve(name), pid + "\n");
  }
}
