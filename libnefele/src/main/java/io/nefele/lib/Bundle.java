package io.nefele.lib;

import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Manifest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A program as the fabric ships it: its files, cut into chunks that are named by what they hold. It
 * names the files where they are, which must not change before it is {@linkplain Nefele#ship
 * shipped}.
 */
public final class Bundle {
  /** Where the shared libraries are put that not every server has. */
  private static final String LIBRARIES = ".nefele/lib";

  private final Manifest manifest;
  private final Bytes encoded;
  private final List<Manifest.Piece> pieces;
  private final SortedMap<String, Path> places;
  private final Optional<String> architecture;

  private Bundle(Manifest manifest, SortedMap<String, Path> places, Optional<String> architecture) {
    this.manifest = manifest;
    this.encoded = Manifest.CODEC.toBytes(manifest);
    this.pieces = manifest.pieces();
    this.places = places;
    this.architecture = architecture;
  }

  /**
   * One file, under its name, and the shared libraries that it needs and that are not the system's.
   *
   * @throws NefeleException of kind {@link ErrorKind#USAGE} if it can't be shipped, with the reason
   */
  public static Bundle ofFile(Path program) throws NefeleException {
    SortedMap<String, Path> places = new TreeMap<>();
    places.put(nameOf(program), program);
    return make(places, Optional.of(program), Optional.empty());
  }

  /**
   * A directory with all that is in it.
   *
   * @param program in there, of which the libraries go with it; none: it is no file of the bundle
   * @throws NefeleException of kind {@link ErrorKind#USAGE} if it can't be shipped, with the reason
   */
  public static Bundle ofDirectory(Path directory, Optional<Path> program) throws NefeleException {
    SortedMap<String, Path> places = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        if (!path.equals(directory)) {
          places.put(directory.relativize(path).toString(), path);
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw refused(directory + " can't be read: " + e.getMessage());
    }
    return make(places, program, Optional.of(directory));
  }

  /** The SHA-256 of the manifest, by which agents know it. */
  public String id() {
    return digest(encoded.unsafeArray()).toString();
  }

  /** Of all its files. */
  public long bytes() {
    return manifest.size();
  }

  /** What its program runs on, as {@code uname -m} calls it; empty: on any. */
  public Optional<String> architecture() {
    return architecture;
  }

  Bytes encoded() {
    return encoded;
  }

  /** What is in a chunk now. */
  Bytes chunk(int number) throws NefeleException {
    Manifest.Piece piece = pieces.get(number);
    Path place = places.getOrDefault(piece.path(), Path.of(piece.path()));
    ByteBuffer content = ByteBuffer.allocate(piece.length());
    try (FileChannel file = FileChannel.open(place)) {
      while (content.hasRemaining()) {
        if (file.read(content, piece.offset() + content.position()) < 0) {
          throw new EOFException("it has become shorter");
        }
      }
    } catch (IOException e) {
      throw refused(place + " can't be shipped: " + e.getMessage());
    }
    return Bytes.wrap(content.array());
  }

  private static Bundle make(
      SortedMap<String, Path> places, Optional<Path> program, Optional<Path> tree)
      throws NefeleException {
    try {
      Optional<Elf> elf = program.isPresent() ? Elf.read(program.get()) : Optional.empty();
      if (program.isPresent() && elf.isPresent()) {
        addLibraries(places, program.get(), elf.get(), tree);
      }
      int chunkBytes = Manifest.chunkBytesFor(bytes(places.values()));
      List<Manifest.Entry> entries = new ArrayList<>();
      for (var place : places.entrySet()) {
        entries.add(entry(place.getKey(), place.getValue(), chunkBytes));
      }
      return new Bundle(new Manifest(chunkBytes, entries), places, elf.map(Elf::architecture));
    } catch (IOException e) {
      throw refused("the program can't be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw refused("that can't be shipped: " + e.getMessage());
    }
  }

  private static void addLibraries(
      SortedMap<String, Path> places, Path program, Elf elf, Optional<Path> tree)
      throws IOException, NefeleException {
    Libraries libraries = Libraries.of(program, elf, tree, Map.copyOf(System.getenv()));
    if (!libraries.missing().isEmpty()) {
      throw refused(
          program
              + " needs shared libraries that are not here: "
              + String.join(", ", libraries.missing())
              + "; install them, or name their directories in LD_LIBRARY_PATH");
    }
    libraries.toShip().forEach((name, place) -> places.put(LIBRARIES + "/" + name, place));
  }

  /** Of all that are files. */
  private static long bytes(Collection<Path> places) throws IOException {
    long bytes = 0;
    for (Path place : places) {
      if (Files.isRegularFile(place)) {
        bytes += Files.size(place);
      }
    }
    return bytes;
  }

  private static Manifest.Entry entry(String name, Path place, int chunkBytes)
      throws IOException, NefeleException {
    if (Files.isSymbolicLink(place) && !name.startsWith(LIBRARIES)) {
      return new Manifest.Entry.Link(name, Files.readSymbolicLink(place).toString());
    }
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      return new Manifest.Entry.Directory(name);
    }
    if (!Files.isRegularFile(place)) {
      throw refused(place + " is neither a file nor a directory, and can't be shipped");
    }
    List<Digest> chunks = new ArrayList<>();
    long size = 0;
    try (InputStream content = Files.newInputStream(place)) {
      for (byte[] chunk = content.readNBytes(chunkBytes);
          chunk.length > 0;
          chunk = content.readNBytes(chunkBytes)) {
        chunks.add(digest(chunk));
        size += chunk.length;
      }
    }
    return new Manifest.Entry.File(name, Files.isExecutable(place), size, chunks);
  }

  private static String nameOf(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  private static NefeleException refused(String why) {
    return new NefeleException(ErrorKind.USAGE, why);
  }

  private static Digest digest(byte[] content) {
    try {
      return new Digest(Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
