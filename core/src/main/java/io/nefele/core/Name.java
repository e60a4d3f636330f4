package io.nefele.core;

/**
 * A name that people give to tenants, processes and mailboxes: 1 to 63 of {@code a-z A-Z 0-9 _ . -
 * /}, starting with a letter. It cannot have the form of a {@link ProcessId}, so that an address is
 * always one or the other.
 *
 * @param text the name
 */
public record Name(String text) implements Comparable<Name> {
  private static final int LENGTH_MAX = 63;

  public static final Codec<Name> CODEC =
      Codec.of((name, out) -> out.string(name.text), in -> new Name(in.sharedString()));

  public Name {
    if (!hasForm(text) || ProcessId.isProcessId(text)) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a name: a letter, then up to 62 letters, digits or _ . - /, and not the"
              + " form of a process id");
    }
  }

  /** By hand: names are read with each row of each table. */
  private static boolean hasForm(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX || !isLetter(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetter(c) && !(c >= '-' && c <= '9') && c != '_') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  @Override
  public int compareTo(Name other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
