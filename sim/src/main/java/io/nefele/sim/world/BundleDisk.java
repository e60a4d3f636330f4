package io.nefele.sim.world;

import com.google.common.hash.Hashing;
import io.nefele.agent.depot.BundleKey;
import io.nefele.agent.depot.DepotEffect;
import io.nefele.agent.depot.DepotInput;
import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.core.MalformedMessage;
import io.nefele.wire.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The bundles on a server's disk. */
public final class BundleDisk {
  private static final Bytes GARBAGE = Bytes.utf8("torn");

  private final SortedMap<BundleKey, Held> held = new TreeMap<>();

  private static final class Held {
    final Bytes encoded;
    final List<Manifest.Piece> pieces;
    final SortedMap<Integer, Bytes> chunks = new TreeMap<>();
    boolean whole;

    Held(Bytes encoded) {
      this.encoded = encoded;
      try {
        this.pieces = Manifest.CODEC.fromBytes(encoded).pieces();
      } catch (MalformedMessage e) {
        throw new Violation("S1", "a bundle is begun with no manifest: " + e.getMessage());
      }
    }

    boolean isRight(int chunk) {
      Bytes content = chunks.get(chunk);
      return content != null && digest(content).equals(pieces.get(chunk).digest());
    }

    boolean isRight() {
      for (int chunk = 0; chunk < pieces.size(); chunk++) {
        if (!isRight(chunk)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Whether all of it is there, and right. */
  public boolean isRight(BundleKey key) {
    Held its = held.get(key);
    return its != null && its.whole && digest(its.encoded).equals(key.id()) && its.isRight();
  }

  Optional<DepotInput.FromDisk> perform(DepotEffect.OnDisk work) {
    if (work instanceof DepotEffect.Begin(var key, Bytes manifest)) {
      held.put(key, new Held(manifest));
      return Optional.empty();
    }
    Held its = held.get(work.key());
    if (its == null) {
      return work instanceof DepotEffect.Read read
          ? Optional.of(new DepotInput.ReadDone(read.token(), read.key(), Optional.empty()))
          : Optional.empty();
    }
    return switch (work) {
      case DepotEffect.Begin begin -> Optional.empty();
      case DepotEffect.Keep(var key, int chunk, Bytes content) -> {
        its.chunks.put(chunk, content);
        yield Optional.of(new DepotInput.Kept(key, chunk));
      }
      case DepotEffect.Copy(var key, int chunk, var from, int fromChunk) ->
          Optional.of(copy(its, key, chunk, Optional.ofNullable(held.get(from)), fromChunk));
      case DepotEffect.Seal(var key) -> {
        its.whole = true;
        yield Optional.of(new DepotInput.Sealed(key));
      }
      case DepotEffect.Check(var key) -> Optional.of(new DepotInput.Checked(key, missing(its)));
      case DepotEffect.Read(long token, var key, int chunk) ->
          Optional.of(
              new DepotInput.ReadDone(token, key, Optional.ofNullable(its.chunks.get(chunk))));
      case DepotEffect.Touch touch -> Optional.empty();
      case DepotEffect.Drop(var key) -> {
        held.remove(key);
        yield Optional.empty();
      }
    };
  }

  private static DepotInput.FromDisk copy(
      Held its, BundleKey key, int chunk, Optional<Held> from, int fromChunk) {
    if (from.isEmpty() || !from.get().isRight(fromChunk)) {
      return new DepotInput.NotCopied(key, chunk);
    }
    its.chunks.put(chunk, from.get().chunks.getOrDefault(fromChunk, GARBAGE));
    return new DepotInput.Kept(key, chunk);
  }

  private static List<Integer> missing(Held its) {
    List<Integer> missing = new ArrayList<>();
    for (int chunk = 0; chunk < its.pieces.size(); chunk++) {
      if (!its.isRight(chunk)) {
        missing.add(chunk);
      }
    }
    its.whole = false;
    return missing;
  }

  /** What was written last did not make it to the disk, or only some of it. */
  void tear(RandomGenerator random) {
    for (Held its : held.values()) {
      its.whole = false;
      for (int chunk : List.copyOf(its.chunks.keySet())) {
        switch (random.nextInt(4)) {
          case 0 -> its.chunks.remove(chunk);
          case 1 -> its.chunks.put(chunk, GARBAGE);
          default -> {}
        }
      }
    }
  }

  void clear() {
    held.clear();
  }

  List<DepotInput.Stored> recover(Instant usedAt) {
    List<DepotInput.Stored> stored = new ArrayList<>();
    held.forEach(
        (key, its) -> stored.add(new DepotInput.Stored(key, its.encoded, its.whole, usedAt)));
    return stored;
  }

  static Digest digest(Bytes content) {
    return new Digest(Bytes.wrap(Hashing.sha256().hashBytes(content.unsafeArray()).asBytes()));
  }
}
