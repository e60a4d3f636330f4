package io.nefele.agent;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.nefele.agent.core.ProgramFacts;
import io.nefele.core.ProgramId;
import io.nefele.core.ProgramWords;
import io.nefele.core.RecentlyUsed;
import io.nefele.wire.ProcessSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which programs are to be started: by the content of the binary, and of the script that
 * it is to run; or by name where there is no such file on this server, or its caller may not read
 * it. A file is read once as long as it does not change, and looked at again after a second.
 * Thread-safe.
 */
final class Programs {
  /** How much of a file is read; of a larger one the size tells as well. */
  static final long READ_MAX = 64L << 20;

  private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;
  private static final int REMEMBERED = 1024;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int OTHERS_READ = 04;
  private static final int REGULAR = 0100000;
  private static final int TYPE = 0170000;
  private static final int ANY_EXECUTES = 0111;

  /** What stands in the hash in front of each part of what is hashed. */
  private enum Part {
    CONTENT,
    NAME,
    WORD
  }

  private final String path;

  private final Map<Place, Seen> seen = // guarded by itself
      new RecentlyUsed<>(REMEMBERED);

  /**
   * Where a file is looked for, and for whom.
   *
   * @param path directories to look in, as in PATH; empty if {@code name} says where it is
   * @param directory what {@code name} is relative to; empty if it does not matter
   */
  private record Place(int uid, String path, String directory, String name) {}

  /** By which a file that has changed is told. */
  private record Stamp(Path file, Object device, Object inode, long size, Object changedAt) {}

  /**
   * What was found.
   *
   * @param content the hash of the file; empty if there is none that may be read
   * @param renamed whether the file has another name, as one that is many programs has
   */
  private record Seen(
      Optional<Stamp> stamp,
      byte[] content,
      long loadedBytes,
      boolean renamed,
      long lookedAtNanos) {
    boolean isFile() {
      return stamp.isPresent();
    }
  }

  /**
   * @param path where programs are looked for, unless their spec says otherwise
   */
  Programs(String path) {
    this.path = path;
  }

  /** As {@link #find}, without a look at any file; empty if one is needed. */
  Optional<List<ProgramFacts>> known(int uid, List<ProcessSpec> specs) {
    return facts(uid, specs, false);
  }

  /**
   * What the programs of the specs are, one after the other. Reads files.
   *
   * @param uid the user who wants them started
   */
  List<ProgramFacts> find(int uid, List<ProcessSpec> specs) {
    return facts(uid, specs, true).orElseThrow();
  }

  private Optional<List<ProgramFacts>> facts(int uid, List<ProcessSpec> specs, boolean look) {
    List<ProgramFacts> facts = new ArrayList<>();
    for (ProcessSpec spec : specs) {
      if (spec.command().isEmpty()) {
        return Optional.of(List.of());
      }
      List<String> words = ProgramWords.of(spec.command()).words();
      if (spec.bundle().isPresent()) {
        facts.add(new ProgramFacts(shippedId(spec.bundle().get(), words), 0));
        continue;
      }
      Place binaryPlace = binaryPlace(uid, spec);
      Seen binary = seen(binaryPlace, look);
      Seen script = null;
      if (ProgramWords.of(spec.command()).mayBeScript()) {
        script = seen(new Place(uid, "", spec.workingDirectory(), words.getLast()), look);
        if (script == null) {
          return Optional.empty();
        }
      }
      if (binary == null) {
        return Optional.empty();
      }
      facts.add(new ProgramFacts(id(words, binary, script), binary.loadedBytes));
    }
    return Optional.of(facts);
  }

  private Place binaryPlace(int uid, ProcessSpec spec) {
    String name = spec.command().getFirst();
    if (name.indexOf('/') >= 0) {
      return new Place(uid, "", spec.workingDirectory(), name);
    }
    String own = path;
    for (String variable : spec.environment()) {
      if (variable.startsWith("PATH=")) {
        own = variable.substring("PATH=".length());
      }
    }
    return new Place(uid, own, "", name);
  }

  /** What is in a bundle is told by the bundle's name, and not here to be looked at. */
  private static ProgramId shippedId(String bundle, List<String> words) {
    Hasher hash = Hashing.sha256().newHasher();
    put(hash, Part.CONTENT, bytes(bundle));
    words.forEach(word -> put(hash, Part.WORD, bytes(word)));
    return ProgramId.of(hash.hash().asBytes());
  }

  private static ProgramId id(List<String> words, Seen binary, @Nullable Seen script) {
    Hasher hash = Hashing.sha256().newHasher();
    if (binary.isFile()) {
      put(hash, Part.CONTENT, binary.content);
    }
    if (!binary.isFile() || binary.renamed) {
      put(hash, Part.NAME, bytes(ProgramWords.baseName(words.getFirst())));
    }
    for (int i = 1; i < words.size(); i++) {
      if (script != null && script.isFile() && i == words.size() - 1) {
        put(hash, Part.CONTENT, script.content);
      } else {
        put(hash, Part.WORD, bytes(words.get(i)));
      }
    }
    return ProgramId.of(hash.hash().asBytes());
  }

  private static void put(Hasher hash, Part part, byte[] bytes) {
    hash.putInt(part.ordinal()).putInt(bytes.length).putBytes(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param look whether to look if need be
   * @return null if it would have to be looked for
   */
  private @Nullable Seen seen(Place place, boolean look) {
    Seen before;
    synchronized (seen) {
      before = seen.get(place);
    }
    if (before != null && System.nanoTime() - before.lookedAtNanos < LOOK_AGAIN_NANOS) {
      return before;
    }
    if (!look) {
      return null;
    }
    Seen now = lookAt(place, before);
    synchronized (seen) {
      seen.put(place, now);
    }
    return now;
  }

  private static Seen lookAt(Place place, @Nullable Seen before) {
    long nanos = System.nanoTime();
    try {
      Optional<Stamp> stamp = stampOf(place);
      if (stamp.isEmpty()) {
        return nothing(nanos);
      }
      if (before != null && before.stamp.equals(stamp)) {
        return new Seen(stamp, before.content, before.loadedBytes, before.renamed, nanos);
      }
      return read(stamp.get(), nanos);
    } catch (IOException | InvalidPathException e) {
      return nothing(nanos);
    }
  }

  private static Seen nothing(long nanos) {
    return new Seen(Optional.empty(), new byte[0], 0, false, nanos);
  }

  /** The regular file at {@code place} that its caller may read. */
  private static Optional<Stamp> stampOf(Place place) throws IOException {
    List<Path> candidates = new ArrayList<>();
    if (place.path.isEmpty()) {
      candidates.add(Path.of("/").resolve(place.directory).resolve(place.name));
    } else {
      for (String directory : place.path.split(":", -1)) {
        if (directory.startsWith("/")) {
          candidates.add(Path.of(directory).resolve(place.name));
        }
      }
    }
    for (Path file : candidates) {
      if (!Files.isRegularFile(file)) {
        continue;
      }
      Map<String, Object> attributes =
          Files.readAttributes(file, "unix:mode,uid,dev,ino,size,lastModifiedTime");
      int mode = (Integer) attributes.getOrDefault("mode", 0);
      if (!place.path.isEmpty() && (mode & ANY_EXECUTES) == 0) {
        continue;
      }
      long size = (Long) attributes.getOrDefault("size", 0L);
      boolean readable =
          place.uid == 0
              || (mode & OTHERS_READ) != 0
              || attributes.getOrDefault("uid", -1).equals(place.uid);
      // What has no size, as files of /proc, may have no end either.
      return (mode & TYPE) == REGULAR && readable && size > 0
          ? Optional.of(
              new Stamp(
                  file,
                  attributes.getOrDefault("dev", 0L),
                  attributes.getOrDefault("ino", 0L),
                  size,
                  attributes.getOrDefault("lastModifiedTime", 0L)))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static Seen read(Stamp stamp, long nanos) throws IOException {
    Hasher hash = Hashing.sha256().newHasher().putLong(stamp.size);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    long loadedBytes = 0;
    try (FileChannel file = FileChannel.open(stamp.file, StandardOpenOption.READ)) {
      for (long read = 0; read < READ_MAX; read += chunk.limit()) {
        chunk.clear();
        if (file.read(chunk) < 0) {
          break;
        }
        chunk.flip();
        if (read == 0) {
          loadedBytes = ElfImage.loadedBytes(chunk);
        }
        hash.putBytes(chunk.array(), 0, chunk.limit());
      }
    }
    String name = stamp.file.toRealPath().getFileName().toString();
    boolean renamed = !name.equals(stamp.file.getFileName().toString());
    return new Seen(Optional.of(stamp), hash.hash().asBytes(), loadedBytes, renamed, nanos);
  }
}
