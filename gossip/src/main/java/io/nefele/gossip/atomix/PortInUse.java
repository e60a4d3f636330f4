package io.nefele.gossip.atomix;

import io.nefele.core.Endpoint;

/** Somebody else listens where this agent was to. */
public final class PortInUse extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Endpoint endpoint;

  PortInUse(Endpoint endpoint, Throwable cause) {
    super("port " + endpoint.port() + " of " + endpoint.host() + " is in use", cause);
    this.endpoint = endpoint;
  }

  public Endpoint endpoint() {
    return endpoint;
  }
}
