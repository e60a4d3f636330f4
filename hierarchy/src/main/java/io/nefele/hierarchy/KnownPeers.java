package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The other agents as gossip tells of them, seen by one service. Each agent has its own; a model of
 * a very large fabric may give many agents one that they share, and that knows themselves, too.
 */
public final class KnownPeers {
  private static final Duration UNMEASURED = Duration.ofSeconds(1);

  private final Name service;
  private final TreeMap<AgentId, Peer> peers = new TreeMap<>();

  /** By level and leader: asked for at every step, so not gathered from all peers each time. */
  private final TreeMap<Integer, TreeMap<AgentId, GroupAdvert>> led = new TreeMap<>();

  private final Distances distances;
  private final TreeMap<Integer, Newcomers> newcomers = new TreeMap<>();
  private long version;

  /** Who is in no group of a level, as of a version of this. */
  private record Newcomers(long version, List<AgentBoot> byHash) {}

  public KnownPeers(Name service, Distances distances) {
    this.service = service;
    this.distances = distances;
  }

  /**
   * Returns whether this is news: gossip may come late, an older life never replaces a newer one.
   */
  public boolean put(Peer peer) {
    Peer before = peers.get(peer.boot().agent());
    if (before != null && before.boot().epoch() > peer.boot().epoch()) {
      return false;
    }
    if (peer.equals(before)) {
      return false;
    }
    remove(peer.boot().agent());
    version++;
    peers.put(peer.boot().agent(), peer);
    for (GroupAdvert advert : peer.adverts()) {
      if (advert.byLeader() && ofService(advert)) {
        led.computeIfAbsent(advert.level(), unused -> new TreeMap<>())
            .put(peer.boot().agent(), advert);
      }
    }
    return true;
  }

  public void remove(AgentId agent) {
    version++;
    peers.remove(agent);
    led.values().forEach(groups -> groups.remove(agent));
  }

  /** Grows with each change. */
  long version() {
    return version;
  }

  Duration rtt(AgentBoot boot) {
    return distances.rtt(boot.agent()).orElse(UNMEASURED);
  }

  Optional<Distances.Comparison> compare(AgentBoot far, AgentBoot near) {
    return distances.compare(far.agent(), near.agent());
  }

  /** What leaders say of their own groups at {@code level}, in the order of the leaders' ids. */
  List<GroupAdvert> groups(int level) {
    TreeMap<AgentId, GroupAdvert> groups = led.get(level);
    return groups == null ? new ArrayList<>() : new ArrayList<>(groups.values());
  }

  /** What {@code leader} says of the group that it leads at {@code level}, if it leads one. */
  Optional<GroupAdvert> ledBy(AgentBoot leader, int level) {
    TreeMap<AgentId, GroupAdvert> groups = led.get(level);
    return groups == null
        ? Optional.empty()
        : Optional.ofNullable(groups.get(leader.agent()))
            .filter(advert -> advert.leader().equals(leader));
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

  /** Whether {@code boot} is known and has not told of a group at {@code level}. */
  boolean isSilentAt(int level, AgentBoot boot) {
    Peer peer = peers.get(boot.agent());
    return peer != null && peer.boot().equals(boot) && adverts(peer, level).isEmpty();
  }

  /**
   * Who should be in a group at {@code level} and is in none, {@code self} among them, in an order
   * that is the same for all.
   *
   * @param awaited those who are going to be, of whom gossip has not told
   */
  List<AgentBoot> newcomers(int level, AgentBoot self, List<AgentBoot> awaited) {
    List<AgentBoot> told = newcomers(level, self);
    TreeSet<AgentBoot> more = new TreeSet<>(awaited);
    more.removeIf(boot -> !isSilentAt(level, boot));
    if (more.isEmpty()) {
      return told;
    }
    TreeSet<AgentBoot> all = new TreeSet<>(orderAt(level));
    all.addAll(told);
    all.addAll(more);
    return List.copyOf(all);
  }

  private List<AgentBoot> newcomers(int level, AgentBoot self) {
    Newcomers known = newcomers.get(level);
    if (known == null || known.version() != version) {
      List<AgentBoot> byHash = groupless(level);
      byHash.sort(orderAt(level));
      known = new Newcomers(version, byHash);
      newcomers.put(level, known);
    }
    int place = Collections.binarySearch(known.byHash(), self, orderAt(level));
    if (place >= 0) {
      return known.byHash();
    }
    List<AgentBoot> with = new ArrayList<>(known.byHash());
    with.add(-place - 1, self);
    return with;
  }

  private static Comparator<AgentBoot> orderAt(int level) {
    return Comparator.<AgentBoot>comparingLong(boot -> Choices.hash(boot.agent().value(), level))
        .thenComparing(Comparator.naturalOrder());
  }

  private List<AgentBoot> groupless(int level) {
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
