package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import java.time.Duration;

/**
 * How an agent takes part in groups.
 *
 * @param self the life of the agent
 * @param bindHost the local address to listen on, in numbers; it must be reachable by the others
 * @param port the TCP port to listen on, 0 for one that is free
 * @param verify how long a member whose connection broke may take to prove that it lives
 * @param heartbeat how often a member and its group's leader tell each other that they live
 * @param silence after how long without a sign of life a member is suspected; finds frozen members
 *     and cut links, which close no connection
 */
public record JGroupsConfig(
    AgentBoot self,
    String bindHost,
    int port,
    Duration verify,
    Duration heartbeat,
    Duration silence) {

  public JGroupsConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("a port is 0 to 65535: " + port);
    }
    if (verify.isNegative() || verify.isZero()) {
      throw new IllegalArgumentException("verify must be positive: " + verify);
    }
    if (heartbeat.isNegative()
        || heartbeat.isZero()
        || silence.compareTo(heartbeat.plus(heartbeat)) < 0) {
      throw new IllegalArgumentException(
          "0 < heartbeat <= silence / 2 must hold: " + heartbeat + ", " + silence);
    }
  }

  /** The defaults: verify 150 ms, heartbeat 2 s, silence 6 s. */
  public JGroupsConfig(AgentBoot self, String bindHost, int port) {
    this(
        self, bindHost, port, Duration.ofMillis(150), Duration.ofSeconds(2), Duration.ofSeconds(6));
  }
}
