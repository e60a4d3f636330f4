package io.nefele.agent;

import io.nefele.agent.api.ApiServer;
import io.nefele.agent.linux.InitOptions;
import io.nefele.agent.linux.TenantHosts;
import io.nefele.core.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What each tenant's processes see of the agent: a socket by which they are known as its processes,
 * the tenant's shared queues and the commands, and nothing of the agent's state. May be used from
 * any thread.
 */
final class TenantSandboxes implements TenantHosts.Places {
  /** How long processes have to end when their init is told to end. */
  static final Duration GRACE = Duration.ofSeconds(3);

  static final int OUTPUT_KIB_MAX = 64 * 1024;

  private static final Duration LINGER = Duration.ofMinutes(10);

  private final AgentOptions options;
  private final TenantPlaces places;
  private final String cgroup;
  private final SortedSet<Name> ready = new TreeSet<>(); // guarded by this
  private @Nullable ApiServer api; // guarded by this

  TenantSandboxes(AgentOptions options, StateDirectory state) {
    this.options = options;
    this.places = new TenantPlaces(options.state());
    this.cgroup = "nefele-" + state.boot().agent();
  }

  /** Lets processes of all tenants in that have a sandbox, or will have one. */
  synchronized void openTo(ApiServer server) throws IOException {
    api = server;
    for (Name tenant : ready) {
      server.admit(tenant, places.socket(tenant));
    }
  }

  @Override
  public synchronized InitOptions ready(Name tenant) throws IOException {
    places.make(tenant);
    if (api != null && !ready.contains(tenant)) {
      api.admit(tenant, places.socket(tenant));
    }
    ready.add(tenant);
    return new InitOptions(
        places.init(tenant),
        options.state().resolve("nefele-init"),
        options.logs(),
        options.isolation(),
        LINGER,
        GRACE,
        Optional.of(TenantPlaces.cgroup(cgroup, tenant)),
        OUTPUT_KIB_MAX,
        sandbox(tenant));
  }

  private InitOptions.Sandbox sandbox(Name tenant) throws IOException {
    Path bundles = BundleStore.ofTenant(options.bundles(), tenant);
    Files.createDirectories(bundles);
    List<Path> shared = new ArrayList<>();
    shared.add(places.api(tenant));
    shared.add(bundles);
    String distribution = System.getProperty("nefele.dist");
    if (distribution != null) {
      shared.add(Path.of(distribution));
    }
    return new InitOptions.Sandbox(
        Optional.of(options.state()), shared, List.of(places.queues(tenant)), options.ownNetwork());
  }
}
