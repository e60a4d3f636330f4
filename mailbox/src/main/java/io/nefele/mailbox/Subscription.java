package io.nefele.mailbox;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Name;
import java.util.List;

/**
 * What a mailbox has subscribed to, and what becomes of messages when it does not keep up. Kept
 * with the mailbox, so that it lasts as long as that does.
 *
 * @param pendingMax how many messages wait in the mailbox before it counts as full
 * @param waitMillis how long {@link WhenFull#WAIT} waits for room
 */
public record Subscription(
    Name tenant, String pattern, WhenFull whenFull, int pendingMax, int waitMillis) {

  /** What becomes of a message for a full mailbox. */
  public enum WhenFull {
    REFUSE,
    DROP_OLDEST,
    WAIT
  }

  private static final Codec<Subscription> ONE =
      Codec.of(
          (it, out) ->
              out.put(Name.CODEC, it.tenant)
                  .string(it.pattern)
                  .int8(it.whenFull.ordinal())
                  .int32(it.pendingMax)
                  .int32(it.waitMillis),
          in -> {
            Name tenant = in.get(Name.CODEC);
            String pattern = in.string();
            int whenFull = in.int8();
            if (whenFull < 0 || whenFull >= WhenFull.values().length) {
              throw in.malformed("no policy has number " + whenFull);
            }
            return new Subscription(
                tenant, pattern, WhenFull.values()[whenFull], in.int32(), in.int32());
          });

  private static final Codec<List<Subscription>> ALL =
      Codec.of((list, out) -> out.list(ONE, list), in -> in.list(ONE));

  public Subscription {
    if (pendingMax < 1 || waitMillis < 0) {
      throw new IllegalArgumentException(
          "a subscriber has room for at least 1 message, and waits 0 ms or more: "
              + pendingMax
              + ", "
              + waitMillis);
    }
  }

  /** All subscriptions of a mailbox as its store keeps them. */
  public static Bytes toBytes(List<Subscription> subscriptions) {
    return subscriptions.isEmpty() ? Bytes.EMPTY : ALL.toBytes(subscriptions);
  }

  /** The reverse; none if the bytes are damaged or of another version. */
  public static List<Subscription> fromBytes(Bytes kept) {
    return kept.size() == 0 ? List.of() : kept.read(ALL).orElse(List.of());
  }
}
