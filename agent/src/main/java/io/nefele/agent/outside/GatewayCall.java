package io.nefele.agent.outside;

import io.nefele.agent.core.Gateway;
import io.nefele.agent.core.OutsideOutcome;
import io.nefele.core.Bytes;
import io.nefele.wire.Address;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;

/** A POST to a gateway of another fabric, whose answer tells what came of it. */
final class GatewayCall {
  private static final int SAID_MAX = 300;

  private GatewayCall() {}

  /**
   * @param at where it was decided that the message may go
   * @param connectMicros how long it took to connect there
   */
  static OutsideOutcome outcome(
      Gateway gateway,
      Address.Web to,
      InetAddress at,
      Bytes payload,
      long connectMicros,
      Replies replies,
      Deadline deadline)
      throws IOException, InterruptedException {
    Map<String, String> headers =
        gateway.secret().size() == 0
            ? Map.of()
            : Map.of(
                Seal.HEADER,
                Seal.of(gateway.secret(), to.path(), payload, Instant.now().getEpochSecond()));
    WebCall.Answer answer;
    try {
      answer = WebCall.post(to, at, headers, payload, replies, deadline);
    } catch (ConnectException | SSLHandshakeException e) {
      // Nothing was sent.
      return new OutsideOutcome.Refused("no connection: " + e.getMessage());
    }
    return answer.headers().firstValue(GatewayPort.HEADER).isPresent()
        ? outcome(gateway, answer, connectMicros)
        : ofStranger(answer.status());
  }

  private static OutsideOutcome outcome(
      Gateway gateway, WebCall.Answer answer, long connectMicros) {
    String said = said(answer.body());
    return switch (answer.status()) {
      case WebPort.DONE, WebPort.STORED -> new OutsideOutcome.Done(answer.body(), connectMicros);
      case WebPort.MALFORMED -> new OutsideOutcome.Declined(ErrorKind.USAGE, said);
      case WebPort.STRANGER ->
          new OutsideOutcome.Declined(
              ErrorKind.REFUSED,
              "fabric "
                  + gateway.fabric()
                  + " does not let it in: "
                  + said
                  + "; see 'nefele fabric add --key-file'");
      case WebPort.NOBODY ->
          new OutsideOutcome.Declined(
              ErrorKind.FAILED, "nobody in fabric " + gateway.fabric() + " has that: " + said);
      case WebPort.TOO_LARGE -> new OutsideOutcome.Declined(ErrorKind.REFUSED, said);
      case WebPort.NOT_NOW -> new OutsideOutcome.Refused(said);
      default -> new OutsideOutcome.Unanswered("its gateway says: " + said);
    };
  }

  /** Whoever answers that is no gateway: it has taken nothing if it says so. */
  private static OutsideOutcome ofStranger(int status) {
    String why = "what answers there is no gateway; it says " + status;
    boolean no = (status >= 300 && status < 500) || status == WebPort.NOT_NOW;
    return no ? new OutsideOutcome.Refused(why) : new OutsideOutcome.Unanswered(why);
  }

  /** In one line, however long and strange it is. */
  private static String said(Bytes body) {
    String text = body.utf8().strip().replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= SAID_MAX ? text : text.substring(0, SAID_MAX) + "...";
  }
}
