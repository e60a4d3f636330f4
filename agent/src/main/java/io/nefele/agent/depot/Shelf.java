package io.nefele.agent.depot;

import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.wire.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The bundles of this agent, and the room that they take. Who needs room gets that of bundles that
 * no process uses, the longest unused first.
 */
final class Shelf {
  /** So long a bundle stays in any case: a process may be about to be made of it. */
  private static final Duration JUST_USED = Duration.ofSeconds(60);

  private static final double MIB = 1 << 20;

  private final long bytesMax;
  private final Predicate<BundleKey> inUse;
  private final List<DepotEffect> effects;
  private final SortedMap<BundleKey, Bundle> bundles = new TreeMap<>();
  private long removed;

  Shelf(long bytesMax, Predicate<BundleKey> inUse, List<DepotEffect> effects) {
    this.bytesMax = bytesMax;
    this.inUse = inUse;
    this.effects = effects;
  }

  Optional<Bundle> find(BundleKey key) {
    return Optional.ofNullable(bundles.get(key));
  }

  Collection<Bundle> all() {
    return bundles.values();
  }

  long bytesMax() {
    return bytesMax;
  }

  /** How many were removed to make room. */
  long removed() {
    return removed;
  }

  boolean isInUse(BundleKey key) {
    return inUse.test(key);
  }

  void recover(DepotInput.Stored stored, Manifest manifest) {
    Bundle.State state = stored.whole() ? Bundle.State.WHOLE : Bundle.State.DOUBTFUL;
    bundles.put(
        stored.key(),
        new Bundle(stored.key(), stored.manifest(), manifest, state, stored.usedAt()));
  }

  /**
   * A new bundle, of which all is missing but what others of the tenant have.
   *
   * @return why there is no room for it, if there is none
   */
  Optional<String> begin(
      Instant now, BundleKey key, Bytes encoded, Manifest manifest, Predicate<BundleKey> busy) {
    Optional<String> full = makeRoom(now, manifest.size(), busy);
    if (full.isPresent()) {
      return full;
    }
    Bundle bundle = new Bundle(key, encoded, manifest, Bundle.State.OPEN, now);
    effects.add(new DepotEffect.Begin(key, encoded));
    copyWhatIsHere(bundle);
    bundles.put(key, bundle);
    return Optional.empty();
  }

  private record Place(BundleKey key, int chunk) {}

  /** The next version of a program has much of the last one. */
  private void copyWhatIsHere(Bundle bundle) {
    SortedMap<Digest, Place> here = new TreeMap<>();
    for (Bundle other : bundles.values()) {
      if (other.key.tenant().equals(bundle.key.tenant()) && other.state == Bundle.State.WHOLE) {
        for (int chunk = 0; chunk < other.pieces.size(); chunk++) {
          here.putIfAbsent(other.pieces.get(chunk).digest(), new Place(other.key, chunk));
        }
      }
    }
    for (int chunk = 0; chunk < bundle.pieces.size() && !here.isEmpty(); chunk++) {
      Place place = here.get(bundle.pieces.get(chunk).digest());
      if (place != null) {
        bundle.writing.set(chunk);
        effects.add(new DepotEffect.Copy(bundle.key, chunk, place.key, place.chunk));
      }
    }
  }

  void drop(BundleKey key) {
    if (bundles.remove(key) != null) {
      effects.add(new DepotEffect.Drop(key));
    }
  }

  private Optional<String> makeRoom(Instant now, long bytes, Predicate<BundleKey> busy) {
    long free = bytesMax - bundles.values().stream().mapToLong(bundle -> bundle.bytes).sum();
    List<Bundle> unused = new ArrayList<>();
    for (Bundle bundle : bundles.values()) {
      if (!bundle.usedAt.isAfter(now.minus(JUST_USED))
          && !busy.test(bundle.key)
          && !inUse.test(bundle.key)) {
        unused.add(bundle);
      }
    }
    long most = free + unused.stream().mapToLong(bundle -> bundle.bytes).sum();
    if (most < bytes) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "no room for a program of %.1f MiB: the cache holds %.1f MiB, of which %.1f are in"
                  + " use or were used within the last minute; give the agent a larger"
                  + " --cache",
              bytes / MIB,
              bytesMax / MIB,
              (bytesMax - most) / MIB));
    }
    unused.sort(Comparator.comparing((Bundle bundle) -> bundle.usedAt));
    for (Bundle oldest : unused) {
      if (free >= bytes) {
        break;
      }
      free += oldest.bytes;
      removed++;
      drop(oldest.key);
    }
    return Optional.empty();
  }
}
