package io.nefele.agent.outside;

import io.nefele.core.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A proof that whoever posts something has the key of a gateway, which itself is never sent: the
 * HMAC-SHA256 of what is posted, where to, and when. Who overhears one can repeat just that, for as
 * long as it holds; over TLS nobody does.
 */
final class Seal {
  /** In which it stands. */
  static final String HEADER = "Nefele-Seal";

  /** For how long before and after its time one holds: clocks are not alike. */
  static final long SECONDS_MAX = 300;

  private static final String HMAC = "HmacSHA256";
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ([0-9a-f]{64})");

  private Seal() {}

  /**
   * What goes into the header.
   *
   * @param path as it is on the wire
   * @param seconds the wall clock, since 1970
   */
  static String of(Bytes secret, String path, Bytes body, long seconds) {
    return seconds + " " + HexFormat.of().formatHex(mac(secret, path, body, seconds));
  }

  /**
   * Whether {@code seal} is one for just that, and of now.
   *
   * @param nowSeconds the wall clock, since 1970
   */
  static boolean holds(String seal, Bytes secret, String path, Bytes body, long nowSeconds) {
    Matcher matcher = FORM.matcher(seal);
    if (!matcher.matches()) {
      return false;
    }
    long seconds = Long.parseLong(matcher.group(1));
    byte[] theirs = HexFormat.of().parseHex(matcher.group(2));
    return Math.abs(nowSeconds - seconds) <= SECONDS_MAX
        && MessageDigest.isEqual(mac(secret, path, body, seconds), theirs);
  }

  private static byte[] mac(Bytes secret, String path, Bytes body, long seconds) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String text =
          String.join(
              "\n",
              "POST",
              path,
              Long.toString(seconds),
              HexFormat.of().formatHex(digest.digest(body.unsafeArray())));
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.toArray(), HMAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256 and " + HMAC, e);
    }
  }
}
