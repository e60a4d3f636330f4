package io.nefele.sim.world;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.AgentBoot;
import io.nefele.core.Core;
import io.nefele.core.Endpoint;
import io.nefele.hierarchy.GroupId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** One life of an agent, from a start to a crash, a goodbye or the end of the simulation. */
public final class Life {
  /** What may wait for an agent that does not keep up; more is dropped. */
  static final int WAITING_MAX = 20_000;

  final int serial;
  final Server server;
  final AgentBoot boot;
  final Core<AgentInput, AgentEffect> core;
  final Clock clock;

  final Timers timers = new Timers();

  /** Looked up, never iterated; by the other life's serial and the lane. */
  final Map<Long, Channel> channels = new HashMap<>();

  final SortedMap<GroupId, Seat> seats = new TreeMap<>();

  /** Those who hold a connection to this life, in the order in which they opened it. */
  final List<Watch> watchedBy = new ArrayList<>();

  final ArrayDeque<AgentInput> waiting = new ArrayDeque<>();
  boolean running = true;
  boolean paused;
  boolean working;
  int slowness = 1;

  Life(int serial, Server server, AgentBoot boot, Core<AgentInput, AgentEffect> core, Clock clock) {
    this.serial = serial;
    this.server = server;
    this.boot = boot;
    this.core = core;
    this.clock = clock;
  }

  /** Counts all lives of a simulation, from 0. */
  public int serial() {
    return serial;
  }

  public AgentBoot boot() {
    return boot;
  }

  /** The place where it runs. */
  public int place() {
    return server.place;
  }

  public Server server() {
    return server;
  }

  public boolean running() {
    return running;
  }

  public boolean paused() {
    return paused;
  }

  /** Whether it has taken all inputs that were there for it. */
  public boolean isUpToDate() {
    return running && !paused && !working && waiting.isEmpty();
  }

  Endpoint gossipEndpoint() {
    return server.gossip;
  }

  /** The groups it has opened and not closed, lowest level first. */
  public List<GroupId> openGroups() {
    return new ArrayList<>(seats.keySet());
  }

  /** The members of an open group as this life has been told last, the leader first. */
  public List<AgentBoot> viewOf(GroupId group) {
    Seat seat = seats.get(group);
    return seat == null ? List.of() : seat.installed.stream().map(s -> s.life.boot).toList();
  }

  /** As stories call it: the place and the life. */
  @Override
  public String toString() {
    return "#" + server.place + " (" + boot + ")";
  }
}
