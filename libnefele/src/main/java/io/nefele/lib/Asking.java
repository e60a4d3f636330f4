package io.nefele.lib;

import io.nefele.core.Bytes;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * Puts requests to an agent.
 *
 * @param tenant as whom they are made; none: as the caller
 */
record Asking(AgentLink agent, Optional<String> tenant) implements AutoCloseable {
  /** For requests without a deadline of their own. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What an agent may take beyond the deadline that it was given. */
  static final Duration GRACE = Duration.ofSeconds(10);

  Asking as(String other) {
    return new Asking(agent, Optional.of(other));
  }

  <R extends Response> R ask(Request request, Duration patience, Class<R> expected)
      throws NefeleException {
    Request made = tenant.isPresent() ? new Request.As(tenant.get(), request) : request;
    Response response = agent.call(made, patience);
    if (!expected.isInstance(response)) {
      throw new NefeleException(
          ErrorKind.FAILED,
          "the agent answered "
              + request.getClass().getSimpleName()
              + " with "
              + response.getClass().getSimpleName()
              + "; install the same version of Nefele for both");
    }
    return expected.cast(response);
  }

  /** The message that a request for one is answered with; empty if none came in time. */
  <R extends Response> Optional<R> take(Request request, Duration timeout, Class<R> expected)
      throws NefeleException {
    try {
      return Optional.of(ask(request, timeout.plus(GRACE), expected));
    } catch (NefeleException e) {
      if (e.kind() == ErrorKind.PARTIAL) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Refuses what no message can carry. */
  static void checkSize(Bytes payload) throws NefeleException {
    if (payload.size() > Frame.MAX_PAYLOAD_BYTES) {
      throw new NefeleException(
          ErrorKind.USAGE,
          "a message has at most "
              + Frame.MAX_PAYLOAD_BYTES
              + " bytes (64 MiB), this one has "
              + payload.size()
              + "; send it in parts");
    }
  }

  static int millis(Duration duration) {
    return (int) Math.clamp(duration.toMillis(), 0L, Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    agent.close();
  }
}
