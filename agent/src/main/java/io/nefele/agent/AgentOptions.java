package io.nefele.agent;

import io.nefele.agent.linux.Isolation;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How an agent is to run, validated.
 *
 * @param state the directory that it keeps its state in
 * @param socket where programs reach it
 * @param endpoint where other agents reach it; messages of groups come in one port higher
 * @param seeds where other agents may be
 * @param multicast whether it looks for others on the local network
 * @param fabric agents of another fabric on the same network are not met
 * @param name what people call it
 * @param number its number in a local fabric, 0 if it has none
 * @param groupSize the k of groups of k to 3k - 1 agents
 * @param services further services that organise the same agents, each with a k of its own
 * @param isolation how processes are kept apart; empty: the strongest way that the server allows
 * @param ownNetwork whether isolated processes have a network of their own, the loopback alone
 * @param outside whether messages to the world outside the fabric may go through it
 * @param capacity what it gives to processes in all
 * @param facts its labels, and how it is to be filled
 * @param bundleBytesMax how much its cache of programs may hold
 */
record AgentOptions(
    Path state,
    Path socket,
    Endpoint endpoint,
    List<Endpoint> seeds,
    boolean multicast,
    Name fabric,
    Name name,
    int number,
    int groupSize,
    SortedMap<Name, Integer> services,
    Optional<Isolation> isolation,
    boolean ownNetwork,
    boolean outside,
    Resources capacity,
    ServerFacts facts,
    long bundleBytesMax) {

  /** The socket itself, out of the sight of processes; {@link #socket} leads there. */
  Path operatorSocket() {
    return state.resolve("operator.sock");
  }

  /** What processes write. */
  Path logs() {
    return state.resolve("logs");
  }

  /** The programs that came over the fabric, as processes see them, too. */
  Path bundles() {
    return state.resolve("bundles").toAbsolutePath();
  }

  Endpoint messages() {
    return new Endpoint(endpoint.host(), endpoint.port() + 1);
  }
}
