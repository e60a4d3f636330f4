package io.nefele.hierarchy.jgroups;

import java.io.IOException;

/** The port that the agent was told to listen on is taken by somebody else. */
public final class PortInUseException extends IOException {
  private static final long serialVersionUID = 1L;
  private final int port;

  PortInUseException(String host, int port, Throwable cause) {
    super("port " + port + " of " + host + " is in use", cause);
    this.port = port;
  }

  /** The port that is taken. */
  public int port() {
    return port;
  }
}
