package io.nefele.wire;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Digest;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a bundle holds: a program's files, each cut into chunks that are named by their SHA-256. The
 * SHA-256 of the encoded manifest names the bundle, so that whoever has that name can tell whether
 * what it gets is right.
 *
 * @param chunkBytes what all chunks of a file but its last have; at most {@link #CHUNK_BYTES_MAX}
 * @param entries in the order of their paths, each path once
 */
public record Manifest(int chunkBytes, List<Entry> entries) {
  /** So that one chunk holds up nothing else on a link for long. */
  public static final int CHUNK_BYTES_MAX = 1 << 20;

  private static final int CHUNK_BYTES_OF_SMALL_ONES = 256 << 10;
  private static final long SMALL_BYTES = 16L << 20;

  /** 64 GiB in the largest chunks. */
  public static final int CHUNKS_MAX = 1 << 16;

  /** Encoded. */
  public static final int BYTES_MAX = 8 << 20;

  /**
   * What clients cut files into. Each chunk costs agents some messages, so a large program is of
   * few large ones; a small one is of small ones, that some are handed on while others come.
   *
   * @param bytes of all files together
   */
  public static int chunkBytesFor(long bytes) {
    return bytes < SMALL_BYTES ? CHUNK_BYTES_OF_SMALL_ONES : CHUNK_BYTES_MAX;
  }

  private static final int PATH_BYTES_MAX = 1024;
  private static final int PART_BYTES_MAX = 255;

  /** Something in the tree of a bundle. */
  public sealed interface Entry {
    /** Relative, with {@code /} between its parts. */
    String path();

    /** Those above a file need not be named. */
    record Directory(String path) implements Entry {}

    /**
     * @param size in bytes
     * @param chunks their digests, in order
     */
    record File(String path, boolean executable, long size, List<Digest> chunks) implements Entry {
      public File {
        chunks = List.copyOf(chunks);
      }
    }

    /**
     * A symbolic link.
     *
     * @param target relative, and in the bundle
     */
    record Link(String path, String target) implements Entry {}
  }

  /**
   * A chunk, and where it belongs.
   *
   * @param length in bytes
   */
  public record Piece(String path, long offset, int length, Digest digest) {}

  private static final Codec<Entry> ENTRY = Codec.of(Manifest::encode, Manifest::decode);

  public static final Codec<Manifest> CODEC =
      Codec.of(
          (manifest, out) -> out.int32(manifest.chunkBytes).list(ENTRY, manifest.entries),
          in -> new Manifest(in.int32(), in.list(ENTRY)));

  public Manifest {
    entries = List.copyOf(entries);
    if (chunkBytes < 1 || chunkBytes > CHUNK_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a chunk has 1 to " + CHUNK_BYTES_MAX + " bytes, not " + chunkBytes);
    }
    SortedMap<String, Entry> seen = new TreeMap<>();
    String last = "";
    long chunks = 0;
    for (Entry entry : entries) {
      checkPath(entry.path());
      if (entry.path().compareTo(last) <= 0) {
        throw new IllegalArgumentException(
            "'" + entry.path() + "' does not stand in the order of the paths, or stands twice");
      }
      last = entry.path();
      checkParents(seen, entry.path());
      seen.put(entry.path(), entry);
      if (entry instanceof Entry.File file) {
        checkSize(file, chunkBytes);
        chunks += file.chunks().size();
      } else if (entry instanceof Entry.Link link) {
        checkTarget(link);
      }
    }
    if (chunks > CHUNKS_MAX) {
      throw new IllegalArgumentException(
          "a bundle has at most " + CHUNKS_MAX + " chunks, not " + chunks);
    }
  }

  /** All chunks, in the order of the files. */
  public List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof Entry.File(var path, var executable, long size, var digests)) {
        long offset = 0;
        for (Digest digest : digests) {
          int length = (int) Math.min(chunkBytes, size - offset);
          pieces.add(new Piece(path, offset, length, digest));
          offset += length;
        }
      }
    }
    return pieces;
  }

  /** Of all files, in bytes. */
  public long size() {
    return entries.stream()
        .mapToLong(entry -> entry instanceof Entry.File file ? file.size() : 0)
        .sum();
  }

  private static void checkPath(String path) {
    boolean sound = path.getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX;
    for (String part : path.split("/", -1)) {
      sound &=
          !part.isEmpty()
              && !part.equals(".")
              && !part.equals("..")
              && part.indexOf('\0') < 0
              && part.getBytes(StandardCharsets.UTF_8).length <= PART_BYTES_MAX;
    }
    if (!sound) {
      throw new IllegalArgumentException("'" + path + "' can't be the path of a file in a bundle");
    }
  }

  private static void checkParents(SortedMap<String, Entry> seen, String path) {
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      Entry above = seen.get(path.substring(0, end));
      if (above != null && !(above instanceof Entry.Directory)) {
        throw new IllegalArgumentException(
            "'" + path + "' lies below '" + above.path() + "', which is no directory");
      }
    }
  }

  private static void checkSize(Entry.File file, int chunkBytes) {
    long chunks = file.size() / chunkBytes + (file.size() % chunkBytes == 0 ? 0 : 1);
    if (file.size() < 0 || chunks != file.chunks().size()) {
      throw new IllegalArgumentException(
          "'"
              + file.path()
              + "' of "
              + file.size()
              + " bytes is not "
              + file.chunks().size()
              + " chunks of "
              + chunkBytes);
    }
  }

  private static void checkTarget(Entry.Link link) {
    Deque<String> at = new ArrayDeque<>(List.of(link.path().split("/", -1)));
    at.removeLast();
    boolean inside = !link.target().startsWith("/") && !link.target().isEmpty();
    for (String part : link.target().split("/", -1)) {
      if (part.equals("..")) {
        inside &= at.pollLast() != null;
      } else if (!part.isEmpty() && !part.equals(".")) {
        at.addLast(part);
      }
    }
    if (!inside || link.target().indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the link '" + link.path() + "' leads out of its bundle, to '" + link.target() + "'");
    }
  }

  private static void encode(Entry entry, Encoder out) {
    switch (entry) {
      case Entry.Directory(var path) -> out.int8(1).string(path);
      case Entry.File(var path, boolean executable, long size, var chunks) ->
          out.int8(2).string(path).bool(executable).int64(size).list(Digest.CODEC, chunks);
      case Entry.Link(var path, var target) -> out.int8(3).string(path).string(target);
    }
  }

  private static Entry decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Entry.Directory(in.string());
      case 2 -> new Entry.File(in.string(), in.bool(), in.int64(), in.list(Digest.CODEC));
      case 3 -> new Entry.Link(in.string(), in.string());
      default -> throw in.malformed("no entry of a manifest has type " + type);
    };
  }
}
