package io.nefele.agent.outside;

import com.sun.net.httpserver.HttpExchange;
import io.nefele.agent.core.OutsideOrder;
import io.nefele.core.Bytes;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * What other fabrics post: {@code /call/ADDRESS} is answered with the reply, {@code /send/ADDRESS}
 * when the message is stored. Whatever is answered says whether it was done, was not, or may have
 * been.
 *
 * @param secret who posts has to have that; empty: nobody has to
 */
record GatewayPort(Exposures exposures, int port, Bytes secret) implements WebPort.Taker {
  /** In each answer, so that no other server's is taken for one. */
  static final String HEADER = "Nefele-Gateway";

  private static final String CALL = "/call/";
  private static final String SEND = "/send/";

  @Override
  public void begin(HttpExchange exchange) {
    exchange.getResponseHeaders().set(HEADER, "1");
  }

  @Override
  public WebPort.Answer take(HttpExchange exchange, Bytes request)
      throws IOException, InterruptedException {
    if (!mayPass(exchange, request)) {
      return WebPort.Answer.text(
          WebPort.STRANGER, "what it takes is signed with its key, and just now by its clock");
    }
    String path = exchange.getRequestURI().getPath();
    boolean call = path.startsWith(CALL);
    if ((!call && !path.startsWith(SEND)) || exchange.getRequestURI().getRawQuery() != null) {
      return WebPort.Answer.text(
          WebPort.MALFORMED, "what is posted goes to /call/ADDRESS or /send/ADDRESS");
    }
    OutsideOrder.Kind kind = call ? OutsideOrder.Kind.CALL : OutsideOrder.Kind.SEND;
    String to = path.substring((call ? CALL : SEND).length());
    return answer(exposures.pass(port, kind, to, request));
  }

  private boolean mayPass(HttpExchange exchange, Bytes request) {
    return secret.size() == 0
        || Optional.ofNullable(exchange.getRequestHeaders().getFirst(Seal.HEADER))
            .filter(
                seal ->
                    Seal.holds(
                        seal,
                        secret,
                        exchange.getRequestURI().getRawPath(),
                        request,
                        Instant.now().getEpochSecond()))
            .isPresent();
  }

  private static WebPort.Answer answer(Response response) {
    return switch (response) {
      case Response.Reply reply -> new WebPort.Answer(WebPort.DONE, reply.payload());
      case Response.Done done -> new WebPort.Answer(WebPort.STORED, Bytes.EMPTY);
      case Response.Failed(var kind, var why) -> WebPort.Answer.text(status(kind), why);
      default -> WebPort.Answer.text(WebPort.PERHAPS, "it is not known what came of it");
    };
  }

  private static int status(ErrorKind kind) {
    return switch (kind) {
      case USAGE -> WebPort.MALFORMED;
      case FAILED -> WebPort.NOBODY;
      case REFUSED -> WebPort.NOT_NOW;
      case PARTIAL, UNREACHABLE -> WebPort.PERHAPS;
    };
  }
}
