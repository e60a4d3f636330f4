package io.nefele.gossip;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import java.util.Optional;

/**
 * A claim about a member on its way.
 *
 * @param member the claim
 * @param accusation of a suspicion: whose own probe failed and how, so that independent suspicions
 *     can be counted (Lifeguard section IV-B); empty for all else
 */
public record News(Member member, Optional<Accusation> accusation) {

  /** Who came to a suspicion by a probe of its own, and what it met. */
  public record Accusation(AgentId accuser, Evidence evidence) {
    private static final int ENCODED_BYTES = Long.BYTES + 1;
    private static final Evidence[] EVIDENCE = Evidence.values();
    private static final Codec<Accusation> CODEC =
        Codec.of(
            (accusation, out) ->
                out.put(AgentId.CODEC, accusation.accuser).int8(accusation.evidence.ordinal()),
            in -> {
              AgentId accuser = in.get(AgentId.CODEC);
              int evidence = in.int8();
              if (evidence < 0 || evidence >= EVIDENCE.length) {
                throw in.malformed("evidence is 0 or 1, found " + evidence);
              }
              return new Accusation(accuser, EVIDENCE[evidence]);
            });
  }

  public static final Codec<News> CODEC =
      Codec.of(
          (news, out) ->
              out.put(Member.CODEC, news.member).optional(Accusation.CODEC, news.accusation),
          in -> new News(in.get(Member.CODEC), in.optional(Accusation.CODEC)));

  static News of(Member member) {
    return new News(member, Optional.empty());
  }

  static News accusation(Member suspect, AgentId accuser, Evidence evidence) {
    return new News(suspect, Optional.of(new Accusation(accuser, evidence)));
  }

  /** How many bytes {@link #CODEC} makes of it. */
  int encodedBytes() {
    return member.encodedBytes() + 1 + (accusation.isPresent() ? Accusation.ENCODED_BYTES : 0);
  }
}
