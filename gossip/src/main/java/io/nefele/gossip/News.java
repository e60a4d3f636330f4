package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import java.util.Optional;

/**
 * A claim about a member on its way.
 *
 * @param member the claim
 * @param accuser of a suspicion: the agent whose own probe failed, so that independent suspicions
 *     can be counted (Lifeguard section IV-B); empty for all else
 */
public record News(Member member, Optional<AgentId> accuser) {
  public static final Codec<News> CODEC =
      Codec.of(
          (news, out) ->
              out.put(Member.CODEC, news.member).optional(GossipCodec.AGENT, news.accuser),
          in -> new News(in.get(Member.CODEC), in.optional(GossipCodec.AGENT)));

  static News of(Member member) {
    return new News(member, Optional.empty());
  }

  static News accusation(Member suspect, AgentId accuser) {
    return new News(suspect, Optional.of(accuser));
  }

  /** How many bytes {@link #CODEC} makes of it. */
  int encodedBytes() {
    return member.encodedBytes() + 1 + (accuser.isPresent() ? Long.BYTES : 0);
  }
}
