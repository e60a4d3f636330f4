package io.nefele.core;

import java.util.Arrays;
import java.util.Optional;

/**
 * Addresses that begin alike, as people write them: {@code 10.0.0.0/8}, {@code 2001:db8::/32}; an
 * address alone is a range of one.
 *
 * @param text as it was written
 * @param base the first address: 4 bytes, or 16
 * @param prefix how many bits all have in common
 */
public record NetworkRange(String text, Bytes base, int prefix) {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_GROUPS = 8;

  /** The range that {@code text} means; empty if it is none. */
  public static Optional<NetworkRange> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    Optional<byte[]> bytes = address.indexOf(':') >= 0 ? ipv6(address) : ipv4(address);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    int bits = bytes.get().length * Byte.SIZE;
    int prefix = bits;
    if (slash >= 0) {
      String length = text.substring(slash + 1);
      if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
        return Optional.empty();
      }
      prefix = Integer.parseInt(length);
    }
    return Optional.of(new NetworkRange(text, Bytes.wrap(first(bytes.get(), prefix)), prefix));
  }

  /** Whether that address, of 4 bytes or 16, is one of them. */
  public boolean contains(Bytes address) {
    return address.size() == base.size()
        && Arrays.equals(first(address.toArray(), prefix), base.unsafeArray());
  }

  /**
   * Whether it names addresses by which a server reaches itself or its own wire alone: loopback,
   * link-local. A single address may be a server's own, too; only the server knows.
   */
  public boolean isLocal() {
    byte[] bytes = base.unsafeArray();
    int one = bytes[0] & 0xFF;
    int two = bytes[1] & 0xFF;
    if (prefix == bytes.length * Byte.SIZE) {
      return true;
    }
    return bytes.length == IPV4_BYTES
        ? (one == 127 && prefix >= 8) || (one == 169 && two == 254 && prefix >= 16)
        : one == 0xFE && (two & 0xC0) == 0x80 && prefix >= 10;
  }

  private static byte[] first(byte[] address, int prefix) {
    byte[] masked = address.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
      masked[i] &= (byte) (0xFF << (Byte.SIZE - kept));
    }
    return masked;
  }

  private static Optional<byte[]> ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[IPV4_BYTES];
    if (parts.length != bytes.length) {
      return Optional.empty();
    }
    for (int i = 0; i < bytes.length; i++) {
      // No leading zeros, which some read as octal.
      if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
        return Optional.empty();
      }
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return Optional.of(bytes);
  }

  private static Optional<byte[]> ipv6(String text) {
    int gap = text.indexOf("::");
    String[] head = groups(gap < 0 ? text : text.substring(0, gap));
    String[] tail = groups(gap < 0 ? "" : text.substring(gap + 2));
    int given = head.length + tail.length;
    if (gap < 0 ? given != IPV6_GROUPS : given >= IPV6_GROUPS) {
      return Optional.empty();
    }
    byte[] bytes = new byte[2 * IPV6_GROUPS];
    for (int i = 0; i < given; i++) {
      String group = i < head.length ? head[i] : tail[i - head.length];
      int at = i < head.length ? i : IPV6_GROUPS - given + i;
      if (!group.matches("[0-9a-fA-F]{1,4}")) {
        return Optional.empty();
      }
      int value = Integer.parseInt(group, 16);
      bytes[2 * at] = (byte) (value >> Byte.SIZE);
      bytes[2 * at + 1] = (byte) value;
    }
    return Optional.of(bytes);
  }

  private static String[] groups(String text) {
    return text.isEmpty() ? new String[0] : text.split(":", -1);
  }
}
