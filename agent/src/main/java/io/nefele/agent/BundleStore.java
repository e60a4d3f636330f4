package io.nefele.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.nefele.agent.depot.BundleKey;
import io.nefele.agent.depot.DepotEffect;
import io.nefele.agent.depot.DepotInput;
import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.wire.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bundles on this server's disk. Each has a directory: its manifest; the tree that processes
 * see; and, once all of it is there, a file that says so and during which run of the kernel it was
 * written. What was written before a loss of power is not taken on trust. Not thread-safe.
 */
final class BundleStore {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String MANIFEST = "manifest";
  private static final String TREE = "tree";
  private static final String WHOLE = "whole";

  private static final long RESERVE_BYTES = 64L << 20;

  private final Path directory;
  private final long reserveBytes;
  private final String bootId;
  private final Map<BundleKey, List<Manifest.Piece>> pieces = new HashMap<>();

  BundleStore(Path directory) throws IOException {
    this(directory, RESERVE_BYTES);
  }

  /**
   * @param reserveBytes what is left for everybody else on the disk
   */
  BundleStore(Path directory, long reserveBytes) throws IOException {
    this.directory = directory;
    this.reserveBytes = reserveBytes;
    Files.createDirectories(directory);
    this.bootId = Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID, UTF_8) : "";
  }

  /** Where the processes of a bundle find it. */
  static Path tree(Path directory, BundleKey key) {
    return place(directory, key).resolve(TREE);
  }

  /** Where all bundles of a tenant are, which is all that its processes see of the cache. */
  static Path ofTenant(Path directory, Name tenant) {
    // No name has a + in it, and none begins with a dot.
    return directory.resolve(tenant.text().replace('/', '+'));
  }

  private static Path place(Path directory, BundleKey key) {
    return ofTenant(directory, key.tenant()).resolve(key.id().toString());
  }

  private Path place(BundleKey key) {
    return place(directory, key);
  }

  /** What earlier lives have left. */
  List<DepotInput.Stored> recover() throws IOException {
    List<DepotInput.Stored> found = new ArrayList<>();
    try (DirectoryStream<Path> tenants = Files.newDirectoryStream(directory)) {
      for (Path tenant : tenants) {
        try (DirectoryStream<Path> bundles = Files.newDirectoryStream(tenant)) {
          for (Path bundle : bundles) {
            recover(tenant, bundle).ifPresent(found::add);
          }
        }
      }
    }
    return found;
  }

  private Optional<DepotInput.Stored> recover(Path tenant, Path bundle) throws IOException {
    try {
      BundleKey key =
          new BundleKey(
              new Name(tenant.getFileName().toString().replace('+', '/')),
              Digest.parse(bundle.getFileName().toString()));
      Bytes manifest = Bytes.wrap(Files.readAllBytes(bundle.resolve(MANIFEST)));
      if (digest(manifest.unsafeArray()).equals(key.id())) {
        Path whole = bundle.resolve(WHOLE);
        boolean trusted = Files.exists(whole) && Files.readString(whole, UTF_8).equals(bootId);
        Instant used = Files.getLastModifiedTime(Files.exists(whole) ? whole : bundle).toInstant();
        return Optional.of(new DepotInput.Stored(key, manifest, trusted, used));
      }
    } catch (IllegalArgumentException | NoSuchFileException e) {
      // Begun by a life that did not get far, or nothing of ours.
    }
    delete(bundle);
    return Optional.empty();
  }

  /** Does {@code work} and tells what came of it. */
  Optional<DepotInput.FromDisk> perform(DepotEffect.OnDisk work) {
    try {
      return switch (work) {
        case DepotEffect.Begin(var key, Bytes manifest) -> {
          begin(key, manifest);
          yield Optional.empty();
        }
        case DepotEffect.Keep(var key, int chunk, Bytes content) -> {
          write(key, chunk, content.unsafeArray());
          yield Optional.of(new DepotInput.Kept(key, chunk));
        }
        case DepotEffect.Copy(var key, int chunk, var from, int fromChunk) ->
            Optional.of(copy(key, chunk, from, fromChunk));
        case DepotEffect.Seal(var key) -> {
          seal(key);
          yield Optional.of(new DepotInput.Sealed(key));
        }
        case DepotEffect.Check(var key) -> Optional.of(new DepotInput.Checked(key, missing(key)));
        case DepotEffect.Read(long token, var key, int chunk) ->
            Optional.of(new DepotInput.ReadDone(token, key, read(key, chunk)));
        case DepotEffect.Touch(var key) -> {
          touch(key);
          yield Optional.empty();
        }
        case DepotEffect.Drop(var key) -> {
          pieces.remove(key);
          delete(place(key));
          yield Optional.empty();
        }
      };
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.toString() : e.getReason();
      return Optional.of(new DepotInput.Failed(work.key(), reason));
    } catch (IOException e) {
      return Optional.of(new DepotInput.Failed(work.key(), String.valueOf(e.getMessage())));
    }
  }

  private void begin(BundleKey key, Bytes encoded) throws IOException {
    Manifest manifest = parse(encoded);
    long left = Files.getFileStore(directory).getUsableSpace() - reserveBytes;
    if (manifest.size() > left) {
      throw new IOException(
          "the disk of " + directory + " has only " + Math.max(0, left >> 20) + " MiB to spare");
    }
    Path place = place(key);
    Files.createDirectories(place);
    Files.write(place.resolve(MANIFEST), encoded.toArray());
    pieces.put(key, manifest.pieces());
    layOut(place.resolve(TREE), manifest);
  }

  /** All directories, links and files of {@code manifest}, the files with nothing in them yet. */
  private static void layOut(Path tree, Manifest manifest) throws IOException {
    Files.createDirectories(tree);
    for (Manifest.Entry entry : manifest.entries()) {
      Path path = tree.resolve(entry.path());
      Files.createDirectories(tree.resolve(entry.path()).resolveSibling("."));
      switch (entry) {
        case Manifest.Entry.Directory unused -> Files.createDirectories(path);
        case Manifest.Entry.Link(var unused, var target) -> {
          Files.deleteIfExists(path);
          Files.createSymbolicLink(path, Path.of(target));
        }
        case Manifest.Entry.File file -> {
          if (Files.exists(path)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
          }
          try (FileChannel channel =
              FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(file.size());
          }
        }
      }
    }
  }

  private void write(BundleKey key, int chunk, byte[] content) throws IOException {
    Manifest.Piece piece = pieces(key).get(chunk);
    try (FileChannel file =
        FileChannel.open(
            place(key).resolve(TREE).resolve(piece.path()), StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        file.write(left, piece.offset() + left.position());
      }
    }
  }

  private DepotInput.FromDisk copy(BundleKey key, int chunk, BundleKey from, int fromChunk)
      throws IOException {
    Optional<Bytes> content = read(from, fromChunk);
    Digest wanted = pieces(key).get(chunk).digest();
    if (content.isEmpty() || !digest(content.get().unsafeArray()).equals(wanted)) {
      return new DepotInput.NotCopied(key, chunk);
    }
    write(key, chunk, content.get().unsafeArray());
    return new DepotInput.Kept(key, chunk);
  }

  private Optional<Bytes> read(BundleKey key, int chunk) {
    try {
      Manifest.Piece piece = pieces(key).get(chunk);
      ByteBuffer content = ByteBuffer.allocate(piece.length());
      try (FileChannel file =
          FileChannel.open(
              place(key).resolve(TREE).resolve(piece.path()), StandardOpenOption.READ)) {
        int more = 0;
        while (content.hasRemaining() && more >= 0) {
          more = file.read(content, piece.offset() + content.position());
        }
      }
      return content.hasRemaining() ? Optional.empty() : Optional.of(Bytes.wrap(content.array()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void seal(BundleKey key) throws IOException {
    Manifest manifest = manifest(key);
    Path tree = place(key).resolve(TREE);
    for (Manifest.Entry entry : manifest.entries()) {
      if (entry instanceof Manifest.Entry.File file) {
        Files.setPosixFilePermissions(
            tree.resolve(file.path()),
            PosixFilePermissions.fromString(file.executable() ? "r-xr-xr-x" : "r--r--r--"));
      }
    }
    Files.writeString(place(key).resolve(WHOLE), bootId, UTF_8);
  }

  private List<Integer> missing(BundleKey key) throws IOException {
    Files.deleteIfExists(place(key).resolve(WHOLE));
    layOut(place(key).resolve(TREE), manifest(key));
    List<Integer> missing = new ArrayList<>();
    List<Manifest.Piece> all = pieces(key);
    for (int chunk = 0; chunk < all.size(); chunk++) {
      Digest wanted = all.get(chunk).digest();
      if (read(key, chunk).filter(its -> digest(its.unsafeArray()).equals(wanted)).isEmpty()) {
        missing.add(chunk);
      }
    }
    return missing;
  }

  private void touch(BundleKey key) throws IOException {
    Path whole = place(key).resolve(WHOLE);
    if (Files.exists(whole)) {
      Files.setLastModifiedTime(whole, FileTime.from(Instant.now()));
    }
  }

  private List<Manifest.Piece> pieces(BundleKey key) throws IOException {
    List<Manifest.Piece> known = pieces.get(key);
    if (known == null) {
      known = manifest(key).pieces();
      pieces.put(key, known);
    }
    return known;
  }

  private Manifest manifest(BundleKey key) throws IOException {
    return parse(Bytes.wrap(Files.readAllBytes(place(key).resolve(MANIFEST))));
  }

  private static Manifest parse(Bytes encoded) throws IOException {
    try {
      return Manifest.CODEC.fromBytes(encoded);
    } catch (MalformedMessage e) {
      throw new IOException("a damaged manifest: " + e.getMessage(), e);
    }
  }

  private static void delete(Path bundle) throws IOException {
    if (Files.exists(bundle)) {
      MoreFiles.deleteRecursively(bundle, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static Digest digest(byte[] content) {
    return new Digest(Bytes.wrap(Hashing.sha256().hashBytes(content).asBytes()));
  }
}
