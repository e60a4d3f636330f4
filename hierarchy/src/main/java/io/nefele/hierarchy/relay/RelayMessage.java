package io.nefele.hierarchy.relay;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.hierarchy.GroupId;
import java.util.List;

/** What relays say to each other. Any of it may be lost, late, or come more than once. */
public sealed interface RelayMessage {

  QuestionId id();

  /** Answer the question yourself. */
  record Ask(QuestionId id, Bytes question) implements RelayMessage {}

  /**
   * See to it that all agents below {@code group} answer, and report what they said.
   *
   * @param millisLeft after which a report that is not complete is worth more than none
   */
  record Gather(QuestionId id, GroupId group, Bytes question, int millisLeft)
      implements RelayMessage {}

  /** The answer to {@link Ask}. */
  record Answered(QuestionId id, Answer answer) implements RelayMessage {}

  /**
   * The answer to {@link Gather}.
   *
   * @param complete whether all who belong to {@code group} have answered, as far as the teller
   *     knows
   */
  record Report(QuestionId id, GroupId group, List<Answer> answers, boolean complete)
      implements RelayMessage {
    public Report {
      answers = List.copyOf(answers);
    }
  }

  Codec<RelayMessage> CODEC = Codec.of(RelayMessage::encode, RelayMessage::decode);

  private static void encode(RelayMessage message, Encoder out) {
    switch (message) {
      case Ask m -> out.int8(1).put(QuestionId.CODEC, m.id).bytes(m.question);
      case Gather m ->
          out.int8(2)
              .put(QuestionId.CODEC, m.id)
              .put(GroupId.CODEC, m.group)
              .bytes(m.question)
              .int32(m.millisLeft);
      case Answered m -> out.int8(3).put(QuestionId.CODEC, m.id).put(Answer.CODEC, m.answer);
      case Report m ->
          out.int8(4)
              .put(QuestionId.CODEC, m.id)
              .put(GroupId.CODEC, m.group)
              .list(Answer.CODEC, m.answers)
              .bool(m.complete);
    }
  }

  private static RelayMessage decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 1 -> new Ask(in.get(QuestionId.CODEC), in.bytes());
      case 2 -> new Gather(in.get(QuestionId.CODEC), in.get(GroupId.CODEC), in.bytes(), in.int32());
      case 3 -> new Answered(in.get(QuestionId.CODEC), in.get(Answer.CODEC));
      case 4 ->
          new Report(
              in.get(QuestionId.CODEC), in.get(GroupId.CODEC), in.list(Answer.CODEC), in.bool());
      default -> throw in.malformed("no relay message of kind " + kind);
    };
  }
}
