package io.nefele.agent.core;

/**
 * Where an answer goes.
 *
 * @param connection the client's connection; negative: of somebody outside
 * @param request the client's number for its request on that connection
 */
public record ClientToken(long connection, int request) {
  /** Whether that is the connection of somebody outside the fabric, and not of a client. */
  public boolean isOfOutside() {
    return connection < 0;
  }
}
