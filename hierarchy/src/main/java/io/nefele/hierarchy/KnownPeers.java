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

  /** By level and leader: asked for at every step, so not gathered from all peers each time. */
  private final TreeMap<Integer, TreeMap<AgentId, GroupAdvert>> led = new TreeMap<>();

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
    if (peer.equals(before)) {
      return false;
    }
    remove(peer.boot().agent());
    peers.put(peer.boot().agent(), peer);
    for (GroupAdvert advert : peer.adverts()) {
      if (advert.byLeader() && ofService(advert)) {
        led.computeIfAbsent(advert.level(), unused -> new TreeMap<>())
            .put(peer.boot().agent(), advert);
      }
    }
    return true;
  }

  void remove(AgentId agent) {
    peers.remove(agent);
    led.values().forEach(groups -> groups.remove(agent));
  }

  Duration rtt(AgentBoot boot) {
    Peer peer = peers.get(boot.agent());
    return peer == null ? UNMEASURED : peer.rtt().orElse(UNMEASURED);
  }

  /** What leaders say of their own groups at {@code level}, in the order of the leaders' ids. */
  List<GroupAdvert> groups(int level) {
    TreeMap<AgentId, GroupAdvert> groups = led.get(level);
    return groups == null ? new ArrayList<>() : new ArrayList<>(groups.values());
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
      if (advert.level() == level && ofService(advert)) {
        return Optional.of(advert);
      }
    }
    return Optional.empty();
  }

  private boolean ofService(GroupAdvert advert) {
    return advert.group().service().equals(service);
  }
}
