package io.nefele.core;

import java.util.regex.Pattern;

/**
 * A name that people give to tenants, processes and mailboxes: 1 to 63 of {@code a-z A-Z 0-9 _ . -
 * /}, starting with a letter. It cannot have the form of a {@link ProcessId}, so that an address is
 * always one or the other.
 *
 * @param text the name
 */
public record Name(String text) implements Comparable<Name> {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z][a-zA-Z0-9_./-]{0,62}");

  public static final Codec<Name> CODEC =
      Codec.of((name, out) -> out.string(name.text), in -> new Name(in.string()));

  public Name {
    if (!FORM.matcher(text).matches() || ProcessId.isProcessId(text)) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a name: a letter, then up to 62 letters, digits or _ . - /, and not the"
              + " form of a process id");
    }
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
