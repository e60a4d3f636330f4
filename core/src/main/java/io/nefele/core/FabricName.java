package io.nefele.core;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What another fabric is called here: 1 to 63 of {@code a-z 0-9 -}, a letter first and no dash
 * last, as a label of the DNS. Addresses begin with it, so it is no word that already means
 * something there.
 *
 * @param text the name
 */
public record FabricName(String text) implements Comparable<FabricName> {
  private static final Pattern FORM = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

  /** At the front of an address or of a rule, or where a reader would take them for such. */
  private static final List<String> TAKEN =
      List.of(
          "any", "all", "tenant", "tcp", "udp", "unix", "http", "https", "ws", "wss", "ftp", "file",
          "ship", "local", "expose", "none");

  public static final Codec<FabricName> CODEC =
      Codec.of((name, out) -> out.string(name.text), in -> new FabricName(in.string()));

  public FabricName {
    if (!isOne(text)) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no name for a fabric: a letter, then up to 62 small letters, digits or -, and"
              + " none of "
              + String.join(", ", TAKEN));
    }
  }

  /** Whether a fabric may be called that. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches() && !TAKEN.contains(text);
  }

  @Override
  public int compareTo(FabricName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
