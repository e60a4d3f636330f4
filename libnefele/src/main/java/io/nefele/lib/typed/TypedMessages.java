package io.nefele.lib.typed;

import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * Messages of the types of a program, over a {@link Nefele}. What is sent are plain bytes, so
 * whoever is on the other side may be written in another language.
 *
 * <p>Thread-safe if the codecs are.
 *
 * @param <Q> what is sent and asked
 * @param <A> what comes as an answer
 */
public final class TypedMessages<Q, A> {
  private final Nefele nefele;
  private final MessageCodec<Q> questions;
  private final MessageCodec<A> answers;

  /**
   * A message that was taken out of a mailbox.
   *
   * @param from whom to answer, if anybody
   */
  public record Taken<Q>(Optional<ProcessId> from, Q message) {}

  public TypedMessages(Nefele nefele, MessageCodec<Q> questions, MessageCodec<A> answers) {
    this.nefele = nefele;
    this.questions = questions;
    this.answers = answers;
  }

  /** See {@link Nefele#post}. */
  public Response.Receipt post(Optional<String> as, String to, Q message, Duration timeout)
      throws NefeleException {
    return nefele.post(as, to, questions.encode(message), timeout);
  }

  /**
   * See {@link Nefele#call}.
   *
   * @throws NefeleException of kind {@code FAILED}, too, if the answer can't be read
   */
  public A call(String to, Q question, Duration timeout) throws NefeleException {
    Response.Reply reply = nefele.call(to, questions.encode(question), timeout);
    return read(answers, reply.payload(), "the answer of " + reply.from());
  }

  /**
   * See {@link Nefele#take}.
   *
   * @throws NefeleException of kind {@code FAILED}, too, if the message can't be read; it is out of
   *     the mailbox then
   */
  public Optional<Taken<Q>> take(String as, Duration timeout) throws NefeleException {
    Optional<Response.Letter> letter = nefele.take(as, timeout);
    if (letter.isEmpty()) {
      return Optional.empty();
    }
    Optional<ProcessId> from = letter.get().from();
    String what = "a message" + from.map(sender -> " of " + sender).orElse("") + " to " + as;
    return Optional.of(new Taken<>(from, read(questions, letter.get().payload(), what)));
  }

  /** Answers a message. */
  public void answer(String as, Taken<Q> question, A answer, Duration timeout)
      throws NefeleException {
    if (question.from().isPresent()) {
      nefele.post(
          Optional.of(as), question.from().get().toString(), answers.encode(answer), timeout);
    }
  }

  private static <T> T read(MessageCodec<T> codec, Bytes payload, String what)
      throws NefeleException {
    try {
      return codec.decode(payload);
    } catch (MalformedMessage e) {
      throw new NefeleException(
          ErrorKind.FAILED, what + " is none of the expected type: " + e.getMessage(), e);
    }
  }
}
