package io.nefele.gossip;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Endpoint;
import java.util.Arrays;

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

  /** Boot, incarnation, state and the length of the metadata. */
  private static final int FIXED_BYTES = 8 + 4 + 4 + 1 + 4;

  private static final MemberState[] STATES = MemberState.values();

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

  /**
   * Negative, zero or positive as this news is older than, as fresh as or fresher than the other;
   * zero for claims of the same severity about the same incarnation.
   */
  int compareFreshness(Member other) {
    int epochs = Integer.compare(boot.epoch(), other.boot.epoch());
    if (epochs != 0) {
      return epochs;
    }
    int incarnations = Integer.compare(incarnation, other.incarnation);
    return incarnations != 0 ? incarnations : state.compareTo(other.state);
  }

  /**
   * Whether this claim holds against the other: by freshness, then by content. An honest agent
   * never gives two contents the same incarnation; with a total order all agents agree even if one
   * is not honest.
   */
  boolean holdsAgainst(Member other) {
    int freshness = compareFreshness(other);
    return freshness != 0 ? freshness > 0 : this == other || compareContent(other) >= 0;
  }

  /** The one of two claims about an agent that holds: commutative, associative, idempotent. */
  static Member merge(Member a, Member b) {
    return a.holdsAgainst(b) ? a : b;
  }

  private int compareContent(Member other) {
    int order = endpoint.compareTo(other.endpoint);
    if (order == 0) {
      order = Arrays.compare(metadata.unsafeArray(), other.metadata.unsafeArray());
    }
    return order != 0 ? order : coordinate.compareTo(other.coordinate);
  }

  /** How many bytes {@link #CODEC} makes of it. */
  int encodedBytes() {
    return FIXED_BYTES + endpoint.encodedBytes() + metadata.size() + Coordinate.ENCODED_BYTES;
  }

  Member with(MemberState newState) {
    return new Member(boot, endpoint, incarnation, newState, metadata, coordinate);
  }

  Member withIncarnation(int newIncarnation) {
    return new Member(boot, endpoint, newIncarnation, state, metadata, coordinate);
  }
}
