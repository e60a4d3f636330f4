package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The other agents as gossip tells of them, seen by one service. */
final class KnownPeers {
  private static final Duration UNMEASURED = Duration.ofSeconds(1);

  private final Name service;
  private final TreeMap<AgentId, Peer> peers = new TreeMap<>();

  KnownPeers(Name service) {
    this.service = service;
  }

  /**
   * Returns whether this is news: gossip may come late, an older life never replaces a newer one.
   */
  boolean put(Peer peer) {
    Peer before = peers.get(peer.boot().agent());
    if (before != null && before.boot().epoch() > peer.boot().epoch()) {
      return false;
    }
    peers.put(peer.boot().agent(), peer);
    return !peer.equals(before);
  }

  void remove(AgentId agent) {
    peers.remove(agent);
  }

  boolean knows(AgentBoot boot) {
    Peer peer = peers.get(boot.agent());
    return peer != null && peer.boot().equals(boot);
  }

  Duration rtt(AgentBoot boot) {
    Peer peer = peers.get(boot.agent());
    return peer == null ? UNMEASURED : peer.rtt().orElse(UNMEASURED);
  }

  /** What leaders say of their own groups at {@code level}, in the order of the leaders' ids. */
  List<GroupAdvert> groups(int level) {
    List<GroupAdvert> groups = new ArrayList<>();
    for (Peer peer : peers.values()) {
      adverts(peer, level).filter(GroupAdvert::byLeader).ifPresent(groups::add);
    }
    return groups;
  }

  /** The greatest epoch that anybody tells for {@code group}; 0 if nobody does. */
  int epoch(GroupId group) {
    int epoch = 0;
    for (Peer peer : peers.values()) {
      for (GroupAdvert advert : peer.adverts()) {
        if (advert.group().equals(group)) {
          epoch = Math.max(epoch, advert.epoch());
        }
      }
    }
    return epoch;
  }

  /** Who should be in a group at {@code level} and is in none. */
  List<AgentBoot> groupless(int level) {
    List<AgentBoot> groupless = new ArrayList<>();
    for (Peer peer : peers.values()) {
      boolean eligible =
          level == 0 || adverts(peer, level - 1).filter(GroupAdvert::byLeader).isPresent();
      if (eligible && adverts(peer, level).isEmpty()) {
        groupless.add(peer.boot());
      }
    }
    return groupless;
  }

  private Optional<GroupAdvert> adverts(Peer peer, int level) {
    for (GroupAdvert advert : peer.adverts()) {
      if (advert.level() == level && advert.group().service().equals(service)) {
        return Optional.of(advert);
      }
    }
    return Optional.empty();
  }
}
