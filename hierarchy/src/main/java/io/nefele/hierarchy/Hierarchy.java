package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.Core;
import io.nefele.hierarchy.HierarchyInput.DistancesMeasured;
import io.nefele.hierarchy.HierarchyInput.LeaveRequested;
import io.nefele.hierarchy.HierarchyInput.PeerChanged;
import io.nefele.hierarchy.HierarchyInput.PeerGone;
import io.nefele.hierarchy.HierarchyInput.PeersChanged;
import io.nefele.hierarchy.HierarchyInput.Received;
import io.nefele.hierarchy.HierarchyInput.Started;
import io.nefele.hierarchy.HierarchyInput.TimerFired;
import io.nefele.hierarchy.HierarchyInput.ViewInstalled;
import io.nefele.hierarchy.Phase.Inside;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One agent's part in the boot federation of one service: which groups it is in, at which levels
 * (design, "Federation"). Who exists and which groups exist it hears from gossip; who is in its own
 * groups from their views.
 *
 * <p>Every agent is in one group of level 0. Where a level has more than one group, their leaders
 * are the agents of the level above; the level with one group is the top. An agent alone is the
 * leader of the only group of the only level.
 *
 * <p>At rest it sets no timer and sends nothing.
 */
public final class Hierarchy implements Core<HierarchyInput, HierarchyEffect> {
  private static final int MAX_LEVELS = 16;

  private final Surroundings around;
  private final List<Level> levels = new ArrayList<>();
  private final List<Boolean> settling = new ArrayList<>();
  private List<GroupAdvert> advertised = List.of();

  /** Requests for room at a level that this agent will be at soon. */
  private final List<Received> early = new ArrayList<>();

  private boolean left;

  /**
   * @param config how the service organises its agents
   * @param self the life of this agent
   * @param distances asked when it chooses among groups
   * @param random spreads retries
   */
  public Hierarchy(
      HierarchyConfig config, AgentBoot self, Distances distances, RandomGenerator random) {
    this(config, self, new KnownPeers(config.service(), distances), random);
  }

  /** As above, with knowledge that is kept elsewhere: {@code PeersChanged} tells of news in it. */
  public Hierarchy(
      HierarchyConfig config, AgentBoot self, KnownPeers peers, RandomGenerator random) {
    this.around = new Surroundings(config, self, peers, random);
  }

  @Override
  public List<HierarchyEffect> step(Instant now, HierarchyInput input) {
    around.outbox.begin(now);
    if (!left) {
      take(input);
      formOrDissolveLevels();
      if (!levels.isEmpty() && !levels.getLast().leadsOrFounds()) {
        answerEarly();
      }
      mirror();
      advertise();
    }
    return around.outbox.end();
  }

  /** The group this agent is in at {@code level}, if it is in one. */
  public Optional<GroupAdvert> groupAt(int level) {
    return level < levels.size() ? levels.get(level).advert() : Optional.empty();
  }

  /** The members of the group this agent is in at {@code level}, the leader first; else none. */
  public List<AgentBoot> membersAt(int level) {
    return level < levels.size() && levels.get(level).phase() instanceof Inside in
        ? in.members()
        : List.of();
  }

  /** The levels at which this agent is in a group, from 0 upwards. */
  public List<Integer> myLevels() {
    List<Integer> mine = new ArrayList<>();
    for (int i = 0; i < levels.size(); i++) {
      if (groupAt(i).isPresent()) {
        mine.add(i);
      }
    }
    return List.copyOf(mine);
  }

  /** Who leads the group this agent is in at {@code level}. */
  public Optional<AgentBoot> leader(int level) {
    return groupAt(level).map(GroupAdvert::leader);
  }

  /**
   * All groups that are known, this agent's own among them: what their leaders say of them; for a
   * group whose leader was not heard, what this agent knows as a member.
   */
  public List<GroupAdvert> knownGroups() {
    Map<GroupId, GroupAdvert> groups = new LinkedHashMap<>();
    for (Level level : levels) {
      level.advert().ifPresent(mine -> groups.put(mine.group(), mine));
    }
    for (int level = 0; level < MAX_LEVELS; level++) {
      for (GroupAdvert advert : around.peers.groups(level)) {
        groups.merge(
            advert.group(),
            advert,
            (old, young) -> old.byLeader() && old.epoch() >= young.epoch() ? old : young);
      }
    }
    return List.copyOf(groups.values());
  }

  private void take(HierarchyInput input) {
    switch (input) {
      case Started _ -> addLevel();
      case PeerChanged changed -> {
        if (around.peers.put(changed.peer())) {
          levels.forEach(Level::worldChanged);
        }
      }
      case PeerGone gone -> {
        around.peers.remove(gone.peer());
        levels.forEach(Level::worldChanged);
      }
      case ViewInstalled view ->
          levelAt(view.group().level())
              .ifPresent(level -> level.viewInstalled(view.group(), view.members()));
      case Received received ->
          levelAt(received.message().level())
              .ifPresentOrElse(
                  level -> level.received(received.from(), received.message()),
                  () -> holdOrRefuse(received));
      case TimerFired fired -> fired(fired.timer());
      case PeersChanged _ -> levels.forEach(Level::worldChanged);
      case DistancesMeasured _ -> levelAt(0).ifPresent(Level::lookForNearer);
      case LeaveRequested _ -> leaveAll();
    }
  }

  private void fired(HierarchyTimer timer) {
    if (!(timer instanceof HierarchyTimer.Settled)) {
      levelAt(timer.level()).ifPresent(level -> level.fired(timer));
      return;
    }
    if (timer.level() < settling.size() && settling.get(timer.level())) {
      settling.set(timer.level(), false);
      if (levels.size() == timer.level() + 1) {
        addLevel();
      } else {
        removeAbove(timer.level(), "one group at level " + timer.level());
      }
    }
  }

  /** Whoever asks at the level above is proof that there will be one. */
  private void holdOrRefuse(Received received) {
    boolean isNext =
        received.message() instanceof HierarchyMessage.Ask ask && ask.level() == levels.size();
    if (isNext && early.size() < around.config.maxSize() && willRiseBeside(received.from())) {
      early.add(received);
    } else {
      refuse(received);
    }
  }

  private boolean willRiseBeside(AgentBoot other) {
    if (levels.isEmpty()) {
      // It is about to start.
      return true;
    }
    boolean will = levels.getLast().willRiseBeside(other);
    if (will) {
      around.fellows(levels.size() - 1).expect(other);
    }
    return will;
  }

  private void answerEarly() {
    List<Received> all = List.copyOf(early);
    early.clear();
    all.forEach(this::take);
  }

  /** Whoever asks at a level at which this agent is not must hear it soon. */
  private void refuse(Received received) {
    switch (received.message()) {
      case HierarchyMessage.Ask _, HierarchyMessage.Succeed _ ->
          around.outbox.send(
              received.from(),
              new HierarchyMessage.Refused(
                  around.config.service(), received.message().level(), false));
      case HierarchyMessage.Granted _,
          HierarchyMessage.Refused _,
          HierarchyMessage.Move _,
          HierarchyMessage.SplitOff _,
          HierarchyMessage.Claim _,
          HierarchyMessage.Mirror _,
          HierarchyMessage.Declined _ -> {}
    }
  }

  /**
   * A level that this agent does not lead has none above it for this agent, at once; one that it
   * leads in place of somebody who is gone has that one's place above, at once. Else two groups ask
   * for a level above and one group for none, once that has held for the settle time: while groups
   * form and merge it changes often.
   */
  private void formOrDissolveLevels() {
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      boolean above = i + 1 < levels.size();
      if (above && !level.leads()) {
        removeAbove(i, "no longer leader at level " + i);
        above = false;
      }
      if (!above && level.leadsGroupAtRest()) {
        Optional<Heritage> heritage = level.takeHeritage();
        if (heritage.isPresent()) {
          newLevel().start(heritage.get());
          above = true;
        }
      }
      boolean wrong =
          above
              ? !level.hasNeighbours()
              : level.leadsGroupAtRest() && level.hasNeighbours() && i + 1 < MAX_LEVELS;
      if (wrong != settling.get(i)) {
        settling.set(i, wrong);
        HierarchyTimer timer = new HierarchyTimer.Settled(i);
        if (wrong) {
          around.outbox.set(timer, around.config.settleTime());
        } else {
          around.outbox.cancel(timer);
        }
      }
    }
  }

  private void addLevel() {
    newLevel().start();
  }

  private Level newLevel() {
    Level level = new Level(levels.size(), around);
    levels.add(level);
    settling.add(false);
    answerEarly();
    return level;
  }

  /** Each leader's deputies know what it knows upward. */
  private void mirror() {
    for (int i = 0; i < levels.size(); i++) {
      levels.get(i).mirror(i + 1 < levels.size() ? levels.get(i + 1).upward() : Optional.empty());
    }
  }

  private void removeAbove(int index, String why) {
    while (levels.size() > index + 1) {
      levels.removeLast().leave(why);
      if (settling.removeLast()) {
        around.outbox.cancel(new HierarchyTimer.Settled(levels.size()));
      }
    }
  }

  private void leaveAll() {
    removeAbove(-1, "leaving");
    left = true;
    around.outbox.advertise(List.of());
  }

  private void advertise() {
    List<GroupAdvert> adverts = new ArrayList<>();
    for (Level level : levels) {
      level.advert().ifPresent(adverts::add);
    }
    if (!left && !adverts.equals(advertised)) {
      advertised = adverts;
      around.outbox.advertise(adverts);
    }
  }

  private Optional<Level> levelAt(int index) {
    return index < levels.size() ? Optional.of(levels.get(index)) : Optional.empty();
  }
}
