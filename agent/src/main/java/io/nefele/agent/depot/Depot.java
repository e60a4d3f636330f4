package io.nefele.agent.depot;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Core;
import io.nefele.core.Durations;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.wire.BundleRow;
import io.nefele.wire.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The programs that the fabric brings to where they run (paper, B6). A bundle is named by the
 * SHA-256 of its manifest, which names its chunks by theirs: whatever comes is checked before it is
 * written, and what is wrong is dropped and asked of another. A bundle is used only when all of it
 * is there. What has come stays, so that after a cut or a crash only the rest is asked for, and a
 * second run asks for nothing.
 */
public final class Depot implements Core<DepotInput, DepotEffect> {
  private static final Duration TICK = Duration.ofMillis(250);

  /** So often those that wait hear that it goes on; they take who says nothing for gone. */
  private static final Duration COMING_INTERVAL = Durations.divide(Fetch.SILENCE, 4);

  /** So long after a client's last chunk the next may be expected. */
  private static final Duration UPLOAD_PATIENCE = Duration.ofSeconds(10);

  private final AgentId self;
  private final Predicate<AgentId> present;
  private final List<DepotEffect> effects = new ArrayList<>();
  private final Shelf shelf;
  private final Serving serving = new Serving(effects);
  private final Waiters waiters = new Waiters(effects);
  private final SortedMap<BundleKey, Fetch> fetches = new TreeMap<>();
  private Instant now = Instant.EPOCH;
  private Instant saidComingAt = Instant.EPOCH;
  private boolean ticking;
  private long uploadedBytes;
  private long receivedBytes;
  private long wrongChunks;

  /**
   * @param bytesMax how much may be kept
   * @param present whether an agent is a member of the fabric now
   * @param inUse whether a process of this server runs from a bundle, or is to be started again
   */
  public Depot(
      AgentId self, long bytesMax, Predicate<AgentId> present, Predicate<BundleKey> inUse) {
    this.self = self;
    this.present = present;
    this.shelf = new Shelf(bytesMax, inUse, effects);
  }

  @Override
  public List<DepotEffect> step(Instant at, DepotInput input) {
    now = at;
    effects.clear();
    switch (input) {
      case DepotInput.Recovered(var bundles) -> bundles.forEach(this::recover);
      case DepotInput.Offered(long token, Name tenant, Bytes manifest) ->
          offered(token, tenant, manifest);
      case DepotInput.Put put -> put(put);
      case DepotInput.Wanted(long token, var key, var sources) -> wanted(token, key, sources);
      case DepotInput.Unwanted(long token) -> unwanted(token);
      case DepotInput.Received(var from, var message) -> received(from, message);
      case DepotInput.HoldersFound(var key, var holders) -> holdersFound(key, holders);
      case DepotInput.AgentLost(var agent) -> agentLost(agent);
      case DepotInput.TimerFired(DepotTimer.Tick()) -> tick();
      case DepotInput.FromDisk done -> done(done);
    }
    serving.pump(now, shelf::find);
    tickSoon();
    return List.copyOf(effects);
  }

  /** The bundles of {@code tenant}; none: of all tenants. */
  public List<BundleRow> rows(Instant at, Optional<Name> tenant) {
    return shelf.all().stream()
        .filter(bundle -> tenant.isEmpty() || tenant.get().equals(bundle.key.tenant()))
        .map(bundle -> bundle.row(at, fetches.containsKey(bundle.key), shelf.isInUse(bundle.key)))
        .toList();
  }

  public long bytesMax() {
    return shelf.bytesMax();
  }

  public BundleRow.Moved moved() {
    return new BundleRow.Moved(
        uploadedBytes, receivedBytes, serving.sentBytes(), wrongChunks, shelf.removed());
  }

  /** Whether all of it is here. */
  public boolean isWhole(BundleKey key) {
    return shelf.find(key).filter(bundle -> bundle.state == Bundle.State.WHOLE).isPresent();
  }

  /** The bundles that are being waited for. */
  public List<BundleKey> awaited() {
    return List.copyOf(fetches.keySet());
  }

  private void recover(DepotInput.Stored stored) {
    try {
      shelf.recover(stored, Manifest.CODEC.fromBytes(stored.manifest()));
    } catch (MalformedMessage e) {
      effects.add(new DepotEffect.Drop(stored.key()));
    }
  }

  private void offered(long token, Name tenant, Bytes encoded) {
    if (encoded.size() > Manifest.BYTES_MAX) {
      effects.add(
          new DepotEffect.Refused(
              token, true, "a manifest has at most " + Manifest.BYTES_MAX + " bytes"));
      return;
    }
    Manifest manifest;
    try {
      manifest = Manifest.CODEC.fromBytes(encoded);
    } catch (MalformedMessage e) {
      effects.add(new DepotEffect.Refused(token, true, "no manifest: " + e.getMessage()));
      return;
    }
    BundleKey key = new BundleKey(tenant, Bundle.digest(encoded));
    if (shelf.find(key).isEmpty()) {
      Optional<String> full = begin(key, encoded, manifest);
      if (full.isPresent()) {
        effects.add(new DepotEffect.Refused(token, false, full.get()));
        return;
      }
    }
    Bundle bundle = shelf.find(key).orElseThrow();
    bundle.usedAt = now;
    bundle.offers.add(token);
    advance(bundle);
  }

  private Optional<String> begin(BundleKey key, Bytes encoded, Manifest manifest) {
    Optional<String> full = shelf.begin(now, key, encoded, manifest, fetches::containsKey);
    if (full.isEmpty()) {
      serveWaiters(key, DepotMessage.MANIFEST);
    }
    return full;
  }

  private void put(DepotInput.Put put) {
    Optional<Bundle> found = shelf.find(put.key());
    if (found.isEmpty() || !found.get().isNumber(put.chunk())) {
      effects.add(
          new DepotEffect.Refused(
              put.token(),
              true,
              "chunk " + put.chunk() + " of bundle " + put.key().id() + " was not asked for"));
      return;
    }
    Bundle bundle = found.get();
    if (!bundle.isRight(put.chunk(), put.content())) {
      wrongChunks++;
      effects.add(
          new DepotEffect.Refused(
              put.token(),
              true,
              "the hash of chunk "
                  + put.chunk()
                  + " ('"
                  + bundle.pieces.get(put.chunk()).path()
                  + "') is not the one that was announced; was the file changed meanwhile? Try"
                  + " again"));
      return;
    }
    bundle.usedAt = now;
    if (bundle.has(put.chunk())) {
      effects.add(new DepotEffect.Stored(put.token()));
      return;
    }
    bundle.puts.computeIfAbsent(put.chunk(), chunk -> new ArrayList<>()).add(put.token());
    if (!bundle.writing.get(put.chunk())) {
      uploadedBytes += put.content().size();
      keep(bundle, put.chunk(), put.content());
    }
    advance(bundle);
  }

  private void wanted(long token, BundleKey key, Sources sources) {
    Optional<Bundle> bundle = shelf.find(key);
    bundle.ifPresent(its -> its.usedAt = now);
    if (isWhole(key)) {
      effects.add(new DepotEffect.Touch(key));
      effects.add(new DepotEffect.Arrived(token));
      return;
    }
    fetches
        .computeIfAbsent(key, its -> new Fetch(its, self, present, sources, now))
        .join(token, sources);
    bundle.ifPresent(this::advance);
    ask(key);
  }

  private void unwanted(long token) {
    for (Fetch fetch : List.copyOf(fetches.values())) {
      if (fetch.tokens.remove(token) && fetch.tokens.isEmpty()) {
        fetches.remove(fetch.key);
        waiters.refuse(fetch.key);
      }
    }
  }

  private void received(AgentId from, DepotMessage message) {
    BundleKey key = message.key();
    switch (message) {
      case DepotMessage.Ask ask -> asked(from, key, ask.chunk());
      case DepotMessage.Got got -> serving.got(from, key, got.chunk());
      case DepotMessage.Coming coming -> {
        Fetch fetch = fetches.get(key);
        if (fetch != null) {
          fetch.isComing(from, coming.chunk(), now);
        }
      }
      case DepotMessage.Lacking lacking -> {
        Fetch fetch = fetches.get(key);
        if (fetch != null) {
          fetch.lacking(from, lacking.chunk());
          ask(key);
        }
      }
      case DepotMessage.Chunk chunk -> came(from, key, chunk.chunk(), chunk.content());
    }
  }

  private void asked(AgentId from, BundleKey key, int chunk) {
    Optional<Bundle> bundle = shelf.find(key);
    boolean here =
        bundle.isPresent()
            && (chunk == DepotMessage.MANIFEST
                || (bundle.get().isNumber(chunk) && bundle.get().has(chunk)));
    if (here) {
      serving.add(from, key, chunk);
    } else {
      bundle.filter(its -> its.state == Bundle.State.DOUBTFUL).ifPresent(this::advance);
      waiters.add(from, key, chunk, now);
    }
  }

  private void came(AgentId from, BundleKey key, int chunk, Bytes content) {
    effects.add(new DepotEffect.Send(from, new DepotMessage.Got(key, chunk)));
    Fetch fetch = fetches.get(key);
    if (fetch == null) {
      return;
    }
    fetch.came(from, chunk, now);
    Optional<Bundle> bundle = shelf.find(key);
    if (bundle.isEmpty()) {
      if (chunk == DepotMessage.MANIFEST) {
        manifestCame(from, fetch, content);
      }
    } else if (bundle.get().isNumber(chunk) && bundle.get().lacks(chunk)) {
      if (bundle.get().isRight(chunk, content)) {
        receivedBytes += content.size();
        fetch.forget(chunk);
        fetch.progressed(now);
        keep(bundle.get(), chunk, content);
      } else {
        wrongChunks++;
        fetch.lacking(from, chunk);
      }
    }
    ask(key);
  }

  private void manifestCame(AgentId from, Fetch fetch, Bytes content) {
    Optional<Manifest> manifest = content.read(Manifest.CODEC);
    if (manifest.isEmpty() || !Bundle.digest(content).equals(fetch.key.id())) {
      wrongChunks++;
      fetch.lacking(from, DepotMessage.MANIFEST);
      return;
    }
    receivedBytes += content.size();
    fetch.forget(DepotMessage.MANIFEST);
    fetch.progressed(now);
    Optional<String> full = begin(fetch.key, content, manifest.get());
    if (full.isPresent()) {
      miss(fetch, full.get());
    } else {
      shelf.find(fetch.key).ifPresent(this::advance);
    }
  }

  private void holdersFound(BundleKey key, List<AgentId> holders) {
    Fetch fetch = fetches.get(key);
    if (fetch != null) {
      fetch.holdersFound(holders);
      ask(key);
    }
  }

  private void agentLost(AgentId agent) {
    serving.agentLost(agent);
    waiters.agentLost(agent);
    for (BundleKey key : List.copyOf(fetches.keySet())) {
      Fetch fetch = fetches.get(key);
      if (fetch != null) {
        fetch.agentLost(agent);
        ask(key);
      }
    }
  }

  private void tick() {
    ticking = false;
    serving.tick(now);
    waiters.tick(now, this::isComing);
    if (!saidComingAt.isAfter(now.minus(COMING_INTERVAL))) {
      saidComingAt = now;
      serving.sayComing();
      waiters.sayComing(this::isWorthWaiting);
    }
    for (Fetch fetch : List.copyOf(fetches.values())) {
      fetch.tick(now);
      if (fetch.hasStalled(now)) {
        miss(
            fetch,
            "no agent that answers has all of the program (bundle "
                + fetch.key.id()
                + "); ship it again");
      } else {
        ask(fetch.key);
      }
    }
  }

  private void tickSoon() {
    if (!ticking && (!fetches.isEmpty() || serving.isBusy() || !waiters.isEmpty())) {
      ticking = true;
      effects.add(new DepotEffect.SetTimer(new DepotTimer.Tick(), TICK));
    }
  }

  /** Whether what is not here of it may come. */
  private boolean isComing(BundleKey key) {
    return fetches.containsKey(key)
        || shelf
            .find(key)
            .filter(
                bundle ->
                    bundle.state != Bundle.State.OPEN
                        || bundle.usedAt.isAfter(now.minus(UPLOAD_PATIENCE)))
            .isPresent();
  }

  private boolean isWorthWaiting(AgentId agent, BundleKey key, int chunk) {
    Fetch fetch = fetches.get(key);
    return fetch != null && fetch.isWorthWaiting(agent, chunk, now);
  }

  private void done(DepotInput.FromDisk done) {
    Optional<Bundle> found = shelf.find(done.key());
    if (done instanceof DepotInput.ReadDone(long token, var key, var content)) {
      if (content.isEmpty()) {
        found
            .filter(bundle -> bundle.state == Bundle.State.WHOLE)
            .ifPresent(bundle -> bundle.state = Bundle.State.DOUBTFUL);
      }
      serving.read(token, content);
      return;
    }
    if (found.isEmpty()) {
      return;
    }
    Bundle bundle = found.get();
    switch (done) {
      case DepotInput.Kept(var key, int chunk) -> kept(bundle, chunk);
      case DepotInput.NotCopied(var key, int chunk) -> {
        bundle.writing.clear(chunk);
        advance(bundle);
      }
      case DepotInput.Sealed sealed -> {
        bundle.state = Bundle.State.WHOLE;
        advance(bundle);
      }
      case DepotInput.Checked(var key, var missing) -> {
        bundle.state = Bundle.State.OPEN;
        bundle.missing.clear();
        missing.forEach(bundle.missing::set);
        waiters.chunks(key).stream()
            .filter(chunk -> bundle.isNumber(chunk) && bundle.has(chunk))
            .toList()
            .forEach(chunk -> serveWaiters(key, chunk));
        advance(bundle);
      }
      case DepotInput.Failed(var key, String reason) -> failed(bundle, reason);
      case DepotInput.ReadDone read -> {}
    }
  }

  private void kept(Bundle bundle, int chunk) {
    bundle.writing.clear(chunk);
    bundle.missing.clear(chunk);
    List<Long> tokens = bundle.puts.getOrDefault(chunk, List.of());
    bundle.puts.remove(chunk);
    if (bundle.missing.isEmpty() && bundle.state == Bundle.State.OPEN) {
      bundle.lastPuts.addAll(tokens);
    } else {
      tokens.forEach(token -> effects.add(new DepotEffect.Stored(token)));
    }
    serveWaiters(bundle.key, chunk);
    Fetch fetch = fetches.get(bundle.key);
    if (fetch != null) {
      fetch.forget(chunk);
      fetch.progressed(now);
    }
    advance(bundle);
  }

  private void failed(Bundle bundle, String reason) {
    String told = "the program can't be kept: " + reason;
    shelf.drop(bundle.key);
    bundle.takeWaiting().forEach(token -> effects.add(new DepotEffect.Refused(token, false, told)));
    serving.forget(bundle.key);
    Fetch fetch = fetches.get(bundle.key);
    if (fetch != null) {
      miss(fetch, told);
    }
  }

  private void miss(Fetch fetch, String reason) {
    fetches.remove(fetch.key);
    fetch.tokens.forEach(token -> effects.add(new DepotEffect.Missed(token, reason)));
    waiters.refuse(fetch.key);
  }

  /** Does what is next with a bundle. */
  private void advance(Bundle bundle) {
    switch (bundle.state) {
      case DOUBTFUL -> {
        bundle.state = Bundle.State.CHECKING;
        effects.add(new DepotEffect.Check(bundle.key));
      }
      case CHECKING, SEALING -> {}
      case OPEN -> {
        if (bundle.missing.isEmpty()) {
          bundle.state = Bundle.State.SEALING;
          effects.add(new DepotEffect.Seal(bundle.key));
          return;
        }
        List<Integer> lacking = bundle.missing.stream().filter(bundle::lacks).boxed().toList();
        // What is only being written may turn out to be the last.
        if (!lacking.isEmpty()) {
          bundle.offers.forEach(
              token -> effects.add(new DepotEffect.Lacks(token, bundle.key, lacking)));
          bundle.offers.clear();
        }
        ask(bundle.key);
      }
      case WHOLE -> {
        bundle.offers.forEach(
            token -> effects.add(new DepotEffect.Lacks(token, bundle.key, List.of())));
        bundle.offers.clear();
        bundle.takeWaiting().forEach(token -> effects.add(new DepotEffect.Stored(token)));
        Fetch fetch = fetches.remove(bundle.key);
        if (fetch != null) {
          fetch.tokens.forEach(token -> effects.add(new DepotEffect.Arrived(token)));
        }
      }
    }
  }

  private void ask(BundleKey key) {
    Fetch fetch = fetches.get(key);
    if (fetch == null) {
      return;
    }
    for (Fetch.Question question : fetch.questions(shelf.find(key), now)) {
      effects.add(
          new DepotEffect.Send(question.agent(), new DepotMessage.Ask(key, question.chunk())));
    }
    if (fetch.asksForHolders(now)) {
      effects.add(new DepotEffect.AskHolders(key));
    }
  }

  private void keep(Bundle bundle, int chunk, Bytes content) {
    bundle.writing.set(chunk);
    effects.add(new DepotEffect.Keep(bundle.key, chunk, content));
  }

  private void serveWaiters(BundleKey key, int chunk) {
    waiters.take(key, chunk).forEach(agent -> serving.add(agent, key, chunk));
  }
}
