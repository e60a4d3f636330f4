package io.nefele.sim.world;

import com.google.common.collect.EvictingQueue;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentInput.Survivor;
import io.nefele.core.AgentId;
import io.nefele.core.Endpoint;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.InMemoryMailboxStore;
import io.nefele.mailbox.StoreLimits;
import io.nefele.mailbox.StoredState;
import io.nefele.placement.RequestKey;
import io.nefele.sim.plan.Disk;
import io.nefele.table.ProcessRow;
import io.nefele.table.history.ProgramUse;
import io.nefele.table.tenant.RegistryEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** A server: what outlives the agent on it. */
public final class Server {
  private static final int UNSYNCED_MAX = 16;

  final int place;
  final Endpoint gossip;
  final Endpoint messages;
  final ProcessHost processes;
  Optional<AgentId> identity = Optional.empty();
  int epoch;
  InMemoryMailboxStore mailboxes = newStore();
  final SharedMemory sharedMemory = new SharedMemory();
  final BundleDisk bundles = new BundleDisk();
  Optional<Life> life = Optional.empty();
  long wallOffsetMillis;
  int driftPartsPerMillion;
  private final SortedMap<ProcessId, ProcessRow> rows = new TreeMap<>();
  private final SortedMap<String, RegistryEntry> registry = new TreeMap<>();

  private final SortedMap<String, ProgramUse> history = new TreeMap<>();

  private final SortedMap<RequestKey, List<AgentId>> openRequests = new TreeMap<>();

  /** What is not on the disk for certain, the oldest first. */
  private final EvictingQueue<Runnable> unsynced = EvictingQueue.create(UNSYNCED_MAX);

  Server(int place, ProcessHost processes) {
    this.place = place;
    this.processes = processes;
    String host = "10." + place / 62500 + "." + place / 250 % 250 + "." + (place % 250 + 1);
    this.gossip = new Endpoint(host, 7000);
    this.messages = new Endpoint(host, 7001);
  }

  public int place() {
    return place;
  }

  /** The life that runs here, or the last one that did. */
  public Optional<Life> life() {
    return life;
  }

  public ProcessHost processes() {
    return processes;
  }

  /** The rows on the disk. */
  public SortedMap<ProcessId, ProcessRow> rows() {
    return new TreeMap<>(rows);
  }

  public BundleDisk bundles() {
    return bundles;
  }

  /** How many messages wait in the mailbox on the disk. */
  public long pending(ProcessId mailbox) {
    return mailboxes.pending(mailbox);
  }

  void persist(ProcessRow row) {
    put(rows, row.id(), row);
  }

  /** What its agent has written down of what all agents know. */
  public List<RegistryEntry> registry() {
    return List.copyOf(registry.values());
  }

  void register(RegistryEntry entry) {
    registry.put(entry.key(), entry);
  }

  /** The placement requests that are open here, as the disk has it. */
  public Set<RequestKey> openRequests() {
    return new TreeSet<>(openRequests.keySet());
  }

  void open(RequestKey key, List<AgentId> participants) {
    put(openRequests, key, participants);
  }

  void close(RequestKey key) {
    List<AgentId> before = openRequests.remove(key);
    if (before != null) {
      unsynced.add(() -> openRequests.put(key, before));
    }
  }

  private <K, V> void put(SortedMap<K, V> table, K key, V value) {
    Optional<V> before = Optional.ofNullable(table.put(key, value));
    unsynced.add(
        () -> {
          table.remove(key);
          before.ifPresent(its -> table.put(key, its));
        });
  }

  void keep(ProgramUse use) {
    history.put(use.key().toString(), use);
  }

  void forget(ProgramUse.Key key) {
    history.remove(key.toString());
  }

  void forget(List<ProcessId> processIds) {
    processIds.forEach(rows::remove);
    unsynced.clear();
  }

  /** The last writes, one at least, did not make it to the disk. */
  private void tear(RandomGenerator random) {
    List<Runnable> written = new ArrayList<>(unsynced);
    for (int kept = random.nextInt(Math.max(1, written.size())); written.size() > kept; ) {
      written.removeLast().run();
    }
  }

  void crash(Disk disk, RandomGenerator random) {
    switch (disk) {
      case KEPT -> {}
      case TORN -> {
        tear(random);
        bundles.tear(random);
      }
      case LOST -> {
        identity = Optional.empty();
        epoch = 0;
        rows.clear();
        registry.clear();
        history.clear();
        openRequests.clear();
        mailboxes = newStore();
        sharedMemory.clear();
        bundles.clear();
        processes.killAll();
      }
    }
    unsynced.clear();
  }

  /** What makes this server a copy of {@code original}, as far as its disk goes. */
  void copy(Server original) {
    identity = original.identity;
    epoch = original.epoch;
    original.rows.values().forEach(this::persist);
    original.openRequests.forEach(this::open);
    // Without what waits in its mailboxes, which would then be there twice.
    original
        .mailboxes
        .mailboxes()
        .forEach(box -> mailboxes.keepNote(box, original.mailboxes.note(box)));
  }

  AgentInput.Booted booted() {
    SortedMap<ProcessId, Survivor> survivors = processes.survivors();
    SortedMap<ProcessId, StoredState> states = new TreeMap<>();
    mailboxes.mailboxes().forEach(box -> states.put(box, mailboxes.recover(box)));
    return new AgentInput.Booted(
        new ArrayList<>(rows.values()),
        survivors,
        states,
        sharedMemory.paths(),
        new ArrayList<>(registry.values()),
        new ArrayList<>(history.values()),
        new TreeMap<>(openRequests),
        bundles.recover(Instant.EPOCH));
  }

  private static InMemoryMailboxStore newStore() {
    return new InMemoryMailboxStore(new StoreLimits(1000, 16 << 20));
  }
}
