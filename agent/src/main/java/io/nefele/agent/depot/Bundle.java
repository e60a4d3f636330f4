package io.nefele.agent.depot;

import com.google.common.hash.Hashing;
import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.wire.BundleRow;
import io.nefele.wire.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What this agent has of a bundle; {@link Depot} holds the rules. */
final class Bundle {
  /** How far it is. */
  enum State {
    /** On the disk from an earlier life: what of it is there, and right, is not known. */
    DOUBTFUL,
    CHECKING,

    /** Chunks are missing, or are being written. */
    OPEN,
    SEALING,
    WHOLE
  }

  final BundleKey key;
  final Bytes encoded;
  final Manifest manifest;
  final List<Manifest.Piece> pieces;
  final long bytes;

  /** The chunks that are not on the disk. */
  final BitSet missing = new BitSet();

  /** Those of them that are being written. */
  final BitSet writing = new BitSet();

  /** Clients that wait to hear what is missing. */
  final List<Long> offers = new ArrayList<>();

  /** Clients that wait to hear that a chunk is written. */
  final SortedMap<Integer, List<Long>> puts = new TreeMap<>();

  /** Clients whose chunk was the last. */
  final List<Long> lastPuts = new ArrayList<>();

  State state;
  Instant usedAt;

  Bundle(BundleKey key, Bytes encoded, Manifest manifest, State state, Instant usedAt) {
    this.key = key;
    this.encoded = encoded;
    this.manifest = manifest;
    this.pieces = manifest.pieces();
    this.bytes = manifest.size();
    this.state = state;
    this.usedAt = usedAt;
    if (state != State.WHOLE) {
      missing.set(0, pieces.size());
    }
  }

  boolean has(int chunk) {
    return state != State.DOUBTFUL && state != State.CHECKING && !missing.get(chunk);
  }

  boolean isNumber(int chunk) {
    return chunk >= 0 && chunk < pieces.size();
  }

  /** How much is sent with a chunk, or with the manifest. */
  int bytes(int chunk) {
    return chunk == DepotMessage.MANIFEST
        ? encoded.size()
        : isNumber(chunk) ? pieces.get(chunk).length() : 0;
  }

  /** Whether {@code content} is what a chunk has to be. */
  boolean isRight(int chunk, Bytes content) {
    Manifest.Piece piece = pieces.get(chunk);
    return content.size() == piece.length() && digest(content).equals(piece.digest());
  }

  /** By which {@code content} is named. */
  static Digest digest(Bytes content) {
    return new Digest(Bytes.wrap(Hashing.sha256().hashBytes(content.unsafeArray()).asBytes()));
  }

  /** Whether a chunk is to be asked for. */
  boolean lacks(int chunk) {
    return missing.get(chunk) && !writing.get(chunk);
  }

  long missingBytes() {
    return missing.stream().mapToLong(chunk -> pieces.get(chunk).length()).sum();
  }

  /**
   * What is told of it.
   *
   * @param coming whether it is being fetched
   */
  BundleRow row(Instant at, boolean coming, boolean inUse) {
    return new BundleRow(
        key.id().toString(),
        key.tenant().toString(),
        (int) manifest.entries().stream().filter(Manifest.Entry.File.class::isInstance).count(),
        bytes,
        missingBytes(),
        state == State.WHOLE ? "whole" : coming ? "coming" : "partial",
        inUse,
        Math.max(0, Duration.between(usedAt, at).toMillis()));
  }

  /** The clients that wait for something, none of which waits any more. */
  List<Long> takeWaiting() {
    List<Long> waiting = new ArrayList<>(offers);
    waiting.addAll(lastPuts);
    puts.values().forEach(waiting::addAll);
    offers.clear();
    lastPuts.clear();
    puts.clear();
    return waiting;
  }
}
