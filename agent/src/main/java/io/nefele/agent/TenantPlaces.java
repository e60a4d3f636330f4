package io.nefele.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import io.nefele.core.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where in an agent's state stands what a tenant's processes have for themselves: their init, the
 * agent's socket as they reach it, and their shared queues. Sockets have short paths, and names of
 * tenants may be long and have slashes in them, so a tenant's places are named by a hash.
 *
 * @param state the agent's state directory
 */
public record TenantPlaces(Path state) {
  private static final int HASH_DIGITS = 8;
  private static final String INITS = "init";
  private static final String SOCKET = ".sock";
  private static final String NAME = ".tenant";

  /** The tenants for which earlier lives of the agent have started an init. */
  SortedSet<Name> begun() throws IOException {
    SortedSet<Name> tenants = new TreeSet<>();
    for (Path file : files(NAME)) {
      if (Files.exists(file.resolveSibling(named(file, NAME) + SOCKET))) {
        tenants.add(new Name(Files.readString(file).strip()));
      }
    }
    return tenants;
  }

  private List<Path> files(String ending) throws IOException {
    Path inits = state.resolve(INITS);
    if (Files.notExists(inits)) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(inits)) {
      all.filter(file -> file.toString().endsWith(ending)).forEach(files::add);
    }
    return files;
  }

  private static String named(Path file, String ending) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ending.length());
  }

  /**
   * Makes the directories of {@code tenant}, before its init is started.
   *
   * @throws IOException if they can't be made, or are another tenant's whose name has that hash
   */
  void make(Name tenant) throws IOException {
    Files.createDirectories(state.resolve(INITS));
    Path named = state.resolve(INITS).resolve(hash(tenant) + NAME);
    if (Files.exists(named) && !Files.readString(named).strip().equals(tenant.text())) {
      throw new IOException(
          "tenant '"
              + tenant
              + "' and tenant '"
              + Files.readString(named).strip()
              + "' can't both have processes on this server: "
              + named
              + "; give one of them another name");
    }
    Path fresh = named.resolveSibling(hash(tenant) + ".new");
    Files.writeString(fresh, tenant.text() + "\n");
    Files.move(fresh, named, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.createDirectories(api(tenant));
    SharedQueueHost.prepare(queues());
    SharedQueueHost.prepare(queues(tenant));
  }

  /** The socket of the tenant's init. */
  public Path init(Name tenant) {
    return state.resolve(INITS).resolve(hash(tenant) + SOCKET);
  }

  /** What the tenant's processes see of the agent: a directory with a socket, and no more. */
  Path api(Name tenant) {
    return state.resolve("api").resolve(hash(tenant));
  }

  /** The agent's socket for the tenant's processes: whoever comes this way is one of them. */
  Path socket(Name tenant) {
    return api(tenant).resolve("agent.sock");
  }

  /** The directory of {@link #queues(Name)} of all tenants. */
  Path queues() {
    return state.resolve("queues").toAbsolutePath();
  }

  /** The queues through which the tenant's programs write to mailboxes without the agent. */
  Path queues(Name tenant) {
    return queues().resolve(hash(tenant));
  }

  /** The cgroup of the tenant's processes on this server, of the agent's {@code prefix}. */
  static String cgroup(String prefix, Name tenant) {
    return prefix + "-" + hash(tenant);
  }

  private static String hash(Name tenant) {
    return Hashing.sha256().hashString(tenant.text(), UTF_8).toString().substring(0, HASH_DIGITS);
  }
}
