package io.nefele.gossip;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Endpoint;
import java.util.Arrays;
import java.util.Comparator;

/**
 * What is known of an agent. Only the agent itself raises its incarnation, so endpoint, metadata
 * and coordinate are all versioned by (boot epoch, incarnation); others only add the state.
 *
 * <p>The boot epoch is kept on the agent's disk and comes first in the order of news: neither a
 * restart nor a clock set back loses a war of refutations.
 *
 * @param boot the agent and which of its lives
 * @param endpoint where it listens
 * @param incarnation counts, within one boot, the refutations and changes told by the agent itself
 * @param state what is believed about it
 * @param metadata what the agent says of itself; at most {@link #MAX_METADATA_BYTES}
 * @param coordinate where it saw itself when it last raised the incarnation
 */
public record Member(
    AgentBoot boot,
    Endpoint endpoint,
    int incarnation,
    MemberState state,
    Bytes metadata,
    Coordinate coordinate) {

  /** So that news of one member always fits a datagram. */
  public static final int MAX_METADATA_BYTES = 900;

  /** Beyond it no claim is refuted: an honest agent never comes near. */
  static final int MAX_INCARNATION = 1 << 30;

  private static final MemberState[] STATES = MemberState.values();

  /** The freshness of news; equal for claims of the same severity about the same incarnation. */
  static final Comparator<Member> FRESHNESS =
      Comparator.<Member>comparingInt(member -> member.boot.epoch())
          .thenComparingInt(Member::incarnation)
          .thenComparing(Member::state);

  /**
   * Freshness, then content. An honest agent never gives two contents the same incarnation; with a
   * total order all agents agree even if one is not honest.
   */
  private static final Comparator<Member> PRECEDENCE =
      FRESHNESS
          .thenComparing(Member::endpoint)
          .thenComparing(
              (a, b) -> Arrays.compare(a.metadata.unsafeArray(), b.metadata.unsafeArray()))
          .thenComparing(
              (a, b) ->
                  Arrays.compare(
                      Coordinate.CODEC.toBytes(a.coordinate).unsafeArray(),
                      Coordinate.CODEC.toBytes(b.coordinate).unsafeArray()));

  public static final Codec<Member> CODEC =
      Codec.of(
          (member, out) ->
              out.put(AgentBoot.CODEC, member.boot)
                  .put(Endpoint.CODEC, member.endpoint)
                  .int32(member.incarnation)
                  .int8(member.state.ordinal())
                  .bytes(member.metadata)
                  .put(Coordinate.CODEC, member.coordinate),
          in -> {
            AgentBoot boot = in.get(AgentBoot.CODEC);
            Endpoint endpoint = in.get(Endpoint.CODEC);
            int incarnation = in.int32();
            int state = in.int8();
            if (state < 0 || state >= STATES.length) {
              throw in.malformed("a member state is 0 to 3, found " + state);
            }
            return new Member(
                boot, endpoint, incarnation, STATES[state], in.bytes(), in.get(Coordinate.CODEC));
          });

  public Member {
    if (incarnation < 0 || incarnation > MAX_INCARNATION) {
      throw new IllegalArgumentException("an incarnation is 0 to 2^30: " + incarnation);
    }
    if (metadata.size() > MAX_METADATA_BYTES) {
      throw new IllegalArgumentException(
          "metadata has at most " + MAX_METADATA_BYTES + " bytes: " + metadata.size());
    }
  }

  public AgentId agent() {
    return boot.agent();
  }

  /** The one of two claims about an agent that holds: commutative, associative, idempotent. */
  static Member merge(Member a, Member b) {
    return PRECEDENCE.compare(a, b) >= 0 ? a : b;
  }

  Member with(MemberState newState) {
    return new Member(boot, endpoint, incarnation, newState, metadata, coordinate);
  }

  Member withIncarnation(int newIncarnation) {
    return new Member(boot, endpoint, newIncarnation, state, metadata, coordinate);
  }
}
