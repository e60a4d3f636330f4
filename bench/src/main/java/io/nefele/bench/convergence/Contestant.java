package io.nefele.bench.convergence;

import io.nefele.gossip.GossipConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The systems that can be compared. */
enum Contestant {
  NEFELE("Nefele gossip", "its defaults", true, 1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new NefelePeer(members, GossipConfig.defaults());
    }
  },
  ATOMIX("Atomix 3.1 SWIM", "its defaults", true, 1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new AtomixPeer(members, false);
    }
  },
  ATOMIX_TUNED(
      "Atomix 3.1 SWIM, tuned", "gossip every 100 ms to 4, updates broadcast", true, 1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new AtomixPeer(members, true);
    }
  },
  SCALECUBE("scalecube-cluster 2.7", "its LAN defaults", true, 1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new ScalecubePeer(members, false);
    }
  },
  SCALECUBE_LOCAL("scalecube-cluster 2.7, local", "its settings for one machine", true, 1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new ScalecubePeer(members, true);
    }
  },
  PEKKO(
      "Pekko Cluster 1.4",
      "its defaults, Artery over TCP, its split-brain resolver to remove the dead",
      false,
      1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new PekkoPeer(members);
    }
  },
  JGROUPS(
      "JGroups 5.5, one flat group",
      "the tcp.xml that it ships, with all members as initial hosts",
      false,
      1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new JGroupsPeer(members);
    }
  },
  SERF("serf", "its defaults, a process per member", true, 1000) {
    @Override
    Peer peer(int members) throws Exception {
      return new SerfPeer(members);
    }
  },
  AGENTS(
      "whole Nefele agents",
      "a process per agent, from the start of the processes to one top group",
      false,
      32) {
    @Override
    Peer peer(int members) throws Exception {
      return new AgentsPeer(members);
    }
  };

  private final String title;
  private final String settings;
  private final boolean announces;
  private final int mostMembers;

  Contestant(String title, String settings, boolean announces, int mostMembers) {
    this.title = title;
    this.settings = settings;
    this.announces = announces;
    this.mostMembers = mostMembers;
  }

  /** Members that do not run yet. */
  abstract Peer peer(int members) throws Exception;

  /** As users name it. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Contestant> find(String id) {
    return Arrays.stream(values()).filter(contestant -> contestant.id().equals(id)).findFirst();
  }

  String title() {
    return title;
  }

  String settings() {
    return settings;
  }

  /** Whether members can tell all others something new of themselves. */
  boolean announces() {
    return announces;
  }

  /** More do not fit on one machine. */
  int mostMembers() {
    return mostMembers;
  }
}
