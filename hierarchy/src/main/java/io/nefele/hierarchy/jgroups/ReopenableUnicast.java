package io.nefele.hierarchy.jgroups;

import java.util.concurrent.atomic.AtomicInteger;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.UNICAST4;

/**
 * UNICAST4 for agents that leave a group and come back under the same address: connection ids grow
 * over all channels of the agent's life. Counted per channel, as JGroups does for addresses made up
 * anew, the first messages after coming back would be taken for repetitions of old ones.
 */
final class ReopenableUnicast extends UNICAST4 {
  private final AtomicInteger connections;

  ReopenableUnicast(AtomicInteger connections) {
    this.connections = connections;
    setId(ClassConfigurator.getProtocolId(UNICAST4.class));
  }

  @Override
  protected short getNewConnectionId() {
    return (short) (connections.getAndIncrement() & Short.MAX_VALUE);
  }
}
