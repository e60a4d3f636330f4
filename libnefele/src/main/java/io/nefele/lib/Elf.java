package io.nefele.lib;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the dynamic linker reads of a program or library: read here, as running it to find out would
 * run it.
 *
 * @param architecture as {@code uname -m} calls it
 * @param wide whether it is of 64 bits
 * @param needed the libraries that it names
 * @param runPath where it says they are, in order
 */
record Elf(String architecture, boolean wide, List<String> needed, List<String> runPath) {
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
  private static final int HEADER_BYTES = 64;
  private static final int LOADED = 1;
  private static final int DYNAMIC = 2;
  private static final int NEEDED = 1;
  private static final int STRINGS = 5;
  private static final int RPATH = 15;
  private static final int RUNPATH = 29;

  /** A part of the file, and where it is in memory. */
  private record Segment(int type, long offset, long address, long bytes) {}

  /** What {@code file} holds; empty if that is something else, such as a script. */
  static Optional<Elf> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() < HEADER_BYTES) {
        return Optional.empty();
      }
      ByteBuffer content =
          channel.map(
              FileChannel.MapMode.READ_ONLY, 0, Math.min(channel.size(), Integer.MAX_VALUE));
      return parse(content);
    }
  }

  private static Optional<Elf> parse(ByteBuffer content) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (content.get(i) != MAGIC[i]) {
        return Optional.empty();
      }
    }
    boolean wide = content.get(4) == 2;
    content.order(content.get(5) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    try {
      return Optional.of(new Reader(content, wide).elf());
    } catch (IndexOutOfBoundsException e) {
      // Cut off: whoever starts it says so.
      return Optional.of(new Elf(machine(content.getShort(18)), wide, List.of(), List.of()));
    }
  }

  private static String machine(int number) {
    return switch (number) {
      case 3 -> "i686";
      case 21 -> "ppc64le";
      case 22 -> "s390x";
      case 40 -> "arm";
      case 62 -> "x86_64";
      case 183 -> "aarch64";
      case 243 -> "riscv64";
      case 258 -> "loongarch64";
      default -> "machine-" + number;
    };
  }

  /** Follows the offsets of one file. */
  private static final class Reader {
    private final ByteBuffer content;
    private final boolean wide;
    private final List<Segment> segments = new ArrayList<>();

    Reader(ByteBuffer content, boolean wide) {
      this.content = content;
      this.wide = wide;
    }

    Elf elf() {
      readSegments();
      List<Long> neededAt = new ArrayList<>();
      long stringsAt = 0;
      long runPathAt = -1;
      long rpathAt = -1;
      for (Segment segment : segments) {
        if (segment.type != DYNAMIC) {
          continue;
        }
        int word = wide ? 8 : 4;
        for (long at = segment.offset; at < segment.offset + segment.bytes; at += 2L * word) {
          long tag = word(at);
          long value = word(at + word);
          switch ((int) tag) {
            case NEEDED -> neededAt.add(value);
            case STRINGS -> stringsAt = fileOffset(value);
            case RPATH -> rpathAt = value;
            case RUNPATH -> runPathAt = value;
            default -> {}
          }
        }
      }
      List<String> needed = new ArrayList<>();
      for (long at : neededAt) {
        needed.add(string(stringsAt + at));
      }
      long pathAt = runPathAt >= 0 ? runPathAt : rpathAt;
      List<String> path = pathAt < 0 ? List.of() : List.of(string(stringsAt + pathAt).split(":"));
      return new Elf(machine(content.getShort(18)), wide, List.copyOf(needed), path);
    }

    private void readSegments() {
      long table = wide ? content.getLong(32) : content.getInt(28) & 0xffff_ffffL;
      int each = content.getShort(wide ? 54 : 42);
      int count = content.getShort(wide ? 56 : 44);
      for (int i = 0; i < count; i++) {
        int at = Math.toIntExact(table + (long) i * each);
        segments.add(
            wide
                ? new Segment(
                    content.getInt(at),
                    content.getLong(at + 8),
                    content.getLong(at + 16),
                    content.getLong(at + 32))
                : new Segment(content.getInt(at), word(at + 4), word(at + 8), word(at + 16)));
      }
    }

    private long fileOffset(long address) {
      for (Segment segment : segments) {
        if (segment.type == LOADED
            && address >= segment.address
            && address < segment.address + segment.bytes) {
          return address - segment.address + segment.offset;
        }
      }
      throw new IndexOutOfBoundsException("no segment holds " + address);
    }

    private long word(long at) {
      int index = (int) Math.clamp(at, -1, Integer.MAX_VALUE);
      return wide ? content.getLong(index) : content.getInt(index) & 0xffff_ffffL;
    }

    private String string(long at) {
      int start = (int) Math.clamp(at, -1, Integer.MAX_VALUE);
      int end = start;
      while (content.get(end) != 0) {
        end++;
      }
      byte[] text = new byte[end - start];
      content.get(start, text);
      return new String(text, UTF_8);
    }
  }
}
