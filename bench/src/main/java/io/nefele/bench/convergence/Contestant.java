package io.nefele.bench.convergence;

import io.nefele.gossip.GossipConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;

/** The systems that can be compared. */
enum Contestant {
  NEFELE("Nefele gossip", "its defaults", true, 1000) {
    @Override
    Peer peer(Layout layout) {
      return new NefelePeer(layout, GossipConfig.defaults());
    }
  },
  ATOMIX("Atomix 3.1 SWIM", "its defaults", true, 1000) {
    @Override
    Peer peer(Layout layout) {
      return new AtomixPeer(layout, false);
    }
  },
  ATOMIX_TUNED(
      "Atomix 3.1 SWIM, tuned", "gossip every 100 ms to 4, updates broadcast", true, 1000) {
    @Override
    Peer peer(Layout layout) {
      return new AtomixPeer(layout, true);
    }
  },
  SCALECUBE("scalecube-cluster 2.7", "its LAN defaults", true, 1000) {
    @Override
    Peer peer(Layout layout) {
      return new ScalecubePeer(layout, false);
    }
  },
  SCALECUBE_LOCAL("scalecube-cluster 2.7, local", "its settings for one machine", true, 1000) {
    @Override
    Peer peer(Layout layout) {
      return new ScalecubePeer(layout, true);
    }
  },
  PEKKO(
      "Pekko Cluster 1.4",
      "its defaults, Artery over TCP, its split-brain resolver to remove the dead",
      false,
      1000) {
    @Override
    Peer peer(Layout layout) {
      return new PekkoPeer(layout);
    }
  },
  JGROUPS(
      "JGroups 5.5, one flat group",
      "the tcp.xml that it ships, with all members as initial hosts",
      false,
      1000) {
    @Override
    Peer peer(Layout layout) {
      return new JGroupsPeer(layout);
    }
  },
  SERF("serf", "its defaults, a process per member", true, 1000) {
    @Override
    Fleet fleet(int members, SortedSet<Integer> doomed) throws Exception {
      return new ProcessFleet(new SerfPeer(members, Sites.LOOPBACK), doomed);
    }

    @Override
    Federation federation(int members) throws Exception {
      return new SerfFederation(members, TwoNetworks.create());
    }
  },
  AGENTS(
      "whole Nefele agents",
      "a process per agent, one when they are one tree of groups",
      false,
      64) {
    @Override
    Fleet fleet(int members, SortedSet<Integer> doomed) throws Exception {
      return new ProcessFleet(new AgentsPeer(members), doomed);
    }

    @Override
    Federation federation(int members) throws Exception {
      return new AgentFederation(members);
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

  /** Members, of which {@code doomed} can be killed, and none of which runs yet. */
  Fleet fleet(int members, SortedSet<Integer> doomed) throws Exception {
    return new JvmFleet(this, members, doomed);
  }

  /** Members that are a process each, in two networks; none of them runs yet. */
  Federation federation(int members) throws Exception {
    return new JvmFederation(this, members, TwoNetworks.create());
  }

  /** Members that run in this JVM; only of systems that can do that. */
  Peer peer(Layout layout) {
    throw new UnsupportedOperationException(title + " needs processes");
  }

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
