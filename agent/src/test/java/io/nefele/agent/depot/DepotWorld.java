package io.nefele.agent.depot;

import com.google.common.hash.Hashing;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.core.Name;
import io.nefele.wire.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Some depots, their disks and the network between them, in virtual time. */
final class DepotWorld {
  static final Name TENANT = new Name("tenant");
  private static final Duration DELAY = Duration.ofMillis(5);

  final SortedMap<AgentId, Server> servers = new TreeMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::order));
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private long lastOrder;

  /** What becomes of a message on its way. */
  UnaryOperator<Sent> network = sent -> sent;

  record Sent(AgentId from, AgentId to, DepotMessage message, boolean lost) {
    Sent lose() {
      return new Sent(from, to, message, true);
    }

    Sent with(DepotMessage other) {
      return new Sent(from, to, other, lost);
    }
  }

  private record Event(Instant at, long order, Runnable action) {}

  DepotWorld(int servers, long bytesMax) {
    for (int i = 1; i <= servers; i++) {
      this.servers.put(new AgentId(i), new Server(new AgentId(i), bytesMax));
    }
  }

  final class Server {
    final AgentId id;
    final long bytesMax;
    Depot depot;
    boolean up = true;
    Optional<String> diskTrouble = Optional.empty();
    final SortedMap<BundleKey, Bytes> manifests = new TreeMap<>();
    final SortedMap<BundleKey, SortedMap<Integer, Bytes>> chunks = new TreeMap<>();
    final Set<BundleKey> whole = new HashSet<>();
    final Set<BundleKey> inUse = new HashSet<>();
    final SortedMap<Long, String> outcomes = new TreeMap<>();
    final SortedMap<Long, List<Integer>> lacks = new TreeMap<>();

    Server(AgentId id, long bytesMax) {
      this.id = id;
      this.bytesMax = bytesMax;
      this.depot = newDepot();
    }

    private Depot newDepot() {
      return new Depot(id, bytesMax, other -> server(other).up, inUse::contains);
    }

    void input(DepotInput input) {
      if (up) {
        depot.step(now, input).forEach(this::execute);
      }
    }

    /** Its agent is killed and starts anew; {@code trusted}: the kernel ran on. */
    void restart(boolean trusted) {
      depot = newDepot();
      List<DepotInput.Stored> stored = new ArrayList<>();
      manifests.forEach(
          (key, manifest) ->
              stored.add(
                  new DepotInput.Stored(key, manifest, trusted && whole.contains(key), now)));
      input(new DepotInput.Recovered(stored));
    }

    void crash() {
      up = false;
      servers.values().forEach(other -> other.input(new DepotInput.AgentLost(id)));
    }

    String outcome(long token) {
      return outcomes.getOrDefault(token, "");
    }

    List<Integer> lacks(long token) {
      return lacks.getOrDefault(token, List.of());
    }

    private Bytes chunk(BundleKey key, int number) {
      return chunks.getOrDefault(key, new TreeMap<>()).getOrDefault(number, Bytes.EMPTY);
    }

    void tear(BundleKey key, int number) {
      chunks.getOrDefault(key, new TreeMap<>()).put(number, Bytes.utf8("torn"));
    }

    /** Takes over {@code program} as from a client. */
    void upload(Program program) {
      input(new DepotInput.Offered(1, TENANT, program.manifest));
      run(Duration.ofMillis(50));
      for (int chunk : lacks(1)) {
        input(new DepotInput.Put(100 + chunk, program.key, chunk, program.chunk(chunk)));
      }
      run(Duration.ofMillis(50));
    }

    void want(long token, Program program, Sources sources) {
      input(new DepotInput.Wanted(token, program.key, sources));
    }

    boolean has(Program program) {
      return depot.isWhole(program.key)
          && List.copyOf(chunks.getOrDefault(program.key, new TreeMap<>()).values())
              .equals(program.chunks);
    }

    private void execute(DepotEffect effect) {
      switch (effect) {
        case DepotEffect.Send(var to, var message) -> {
          Sent sent = network.apply(new Sent(id, to, message, false));
          if (!sent.lost) {
            later(DELAY, () -> server(to).input(new DepotInput.Received(id, sent.message)));
          }
        }
        case DepotEffect.SetTimer(var timer, var delay) -> {
          Depot its = depot;
          later(
              delay,
              () -> {
                if (depot == its) {
                  input(new DepotInput.TimerFired(timer));
                }
              });
        }
        case DepotEffect.Lacks(long token, var key, var missing) -> lacks.put(token, missing);
        case DepotEffect.Stored(long token) -> outcomes.put(token, "stored");
        case DepotEffect.Refused(long token, boolean wrong, String reason) ->
            outcomes.put(token, (wrong ? "wrong: " : "refused: ") + reason);
        case DepotEffect.Arrived(long token) -> outcomes.put(token, "arrived");
        case DepotEffect.Missed(long token, String reason) ->
            outcomes.put(token, "missed: " + reason);
        case DepotEffect.AskHolders(var key) ->
            later(
                DELAY,
                () ->
                    input(
                        new DepotInput.HoldersFound(
                            key,
                            servers.values().stream()
                                .filter(other -> other.up && other.depot.isWhole(key))
                                .map(other -> other.id)
                                .toList())));
        case DepotEffect.OnDisk work -> {
          Depot its = depot;
          later(
              Duration.ofMillis(1),
              () -> perform(work).filter(done -> depot == its).ifPresent(this::input));
        }
      }
    }

    private Optional<DepotInput.FromDisk> perform(DepotEffect.OnDisk work) {
      if (diskTrouble.isPresent() && !(work instanceof DepotEffect.Drop)) {
        return Optional.of(new DepotInput.Failed(work.key(), diskTrouble.get()));
      }
      SortedMap<Integer, Bytes> its = chunks.computeIfAbsent(work.key(), key -> new TreeMap<>());
      return switch (work) {
        case DepotEffect.Begin(var key, Bytes manifest) -> {
          manifests.put(key, manifest);
          yield Optional.empty();
        }
        case DepotEffect.Keep(var key, int chunk, Bytes content) -> {
          its.put(chunk, content);
          yield Optional.of(new DepotInput.Kept(key, chunk));
        }
        case DepotEffect.Copy(var key, int chunk, var from, int fromChunk) -> {
          its.put(chunk, chunk(from, fromChunk));
          yield Optional.of(new DepotInput.Kept(key, chunk));
        }
        case DepotEffect.Seal(var key) -> {
          whole.add(key);
          yield Optional.of(new DepotInput.Sealed(key));
        }
        case DepotEffect.Check(var key) -> Optional.of(new DepotInput.Checked(key, missing(key)));
        case DepotEffect.Read(long token, var key, int chunk) ->
            Optional.of(new DepotInput.ReadDone(token, key, Optional.ofNullable(its.get(chunk))));
        case DepotEffect.Touch touch -> Optional.empty();
        case DepotEffect.Drop(var key) -> {
          manifests.remove(key);
          chunks.remove(key);
          whole.remove(key);
          yield Optional.empty();
        }
      };
    }

    private List<Integer> missing(BundleKey key) {
      List<Integer> missing = new ArrayList<>();
      List<Manifest.Piece> pieces =
          manifests.getOrDefault(key, Bytes.EMPTY).read(Manifest.CODEC).orElseThrow().pieces();
      for (int chunk = 0; chunk < pieces.size(); chunk++) {
        if (!digest(chunk(key, chunk)).equals(pieces.get(chunk).digest())) {
          missing.add(chunk);
        }
      }
      return missing;
    }
  }

  /** A program of so many chunks. */
  static final class Program {
    final List<Bytes> chunks = new ArrayList<>();
    final Bytes manifest;
    final BundleKey key;

    Program(String name, int chunkCount) {
      List<Digest> digests = new ArrayList<>();
      for (int i = 0; i < chunkCount; i++) {
        chunks.add(Bytes.utf8(String.format("%-100s", name + i)));
        digests.add(digest(chunks.getLast()));
      }
      this.manifest =
          Manifest.CODEC.toBytes(
              new Manifest(
                  100, List.of(new Manifest.Entry.File(name, true, 100L * chunkCount, digests))));
      this.key = new BundleKey(TENANT, digest(manifest));
    }

    Bytes chunk(int number) {
      return chunks.get(number);
    }

    long bytes() {
      return 100L * chunks.size();
    }
  }

  Server server(int number) {
    return server(new AgentId(number));
  }

  private Server server(AgentId id) {
    return Optional.ofNullable(servers.get(id)).orElseThrow();
  }

  List<AgentId> ids(int first, int last) {
    return servers.keySet().stream()
        .filter(id -> id.value() >= first && id.value() <= last)
        .toList();
  }

  void later(Duration delay, Runnable action) {
    events.add(new Event(now.plus(delay), ++lastOrder, action));
  }

  void run(Duration duration) {
    Instant until = now.plus(duration);
    while (!events.isEmpty() && !events.peek().at.isAfter(until)) {
      Event next = events.remove();
      now = next.at;
      next.action.run();
    }
    now = until;
  }

  static Digest digest(Bytes content) {
    return new Digest(Bytes.wrap(Hashing.sha256().hashBytes(content.unsafeArray()).asBytes()));
  }
}
