package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.Choices.Choice;
import io.nefele.hierarchy.HierarchyEvent.Kind;
import io.nefele.hierarchy.HierarchyMessage.Ask;
import io.nefele.hierarchy.HierarchyMessage.Claim;
import io.nefele.hierarchy.HierarchyMessage.Granted;
import io.nefele.hierarchy.HierarchyMessage.Move;
import io.nefele.hierarchy.HierarchyMessage.Refused;
import io.nefele.hierarchy.HierarchyMessage.SplitOff;
import io.nefele.hierarchy.Phase.Founding;
import io.nefele.hierarchy.Phase.Inside;
import io.nefele.hierarchy.Phase.Joining;
import io.nefele.hierarchy.Phase.Outside;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An agent's part in the groups of one level; the same rules hold at every level (after NICE,
 * SIGCOMM 2002). Only leaders decide: a small one asks another group for room and moves there with
 * all its members, a large one splits, one that finds its group id used on the other side of a
 * healed cut gives way to the larger side. Who waits for an answer grants nothing, and who granted
 * room does not ask before the guests are there or their lease is over. Every wait ends by a timer,
 * so that a lost message or a crash costs time only.
 */
final class Level {
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int GIVE_UP_AFTER = 4;

  private final int index;
  private final Surroundings around;
  private final Outbox out;
  private final Leases leases = new Leases();
  private final Set<AgentBoot> tried = new LinkedHashSet<>();
  private final HeldAsks held;
  private Phase phase = new Outside();
  private Optional<AgentBoot> asked = Optional.empty();
  private Optional<Instant> considerAt = Optional.empty();
  private Instant splitUntil = Instant.MIN;

  Level(int index, Surroundings around) {
    this.index = index;
    this.around = around;
    this.out = around.outbox;
    this.held = new HeldAsks(around.config.maxSize());
  }

  /** Begins to look for a group. */
  void start() {
    considerWithin(around.config.grace());
  }

  Phase phase() {
    return phase;
  }

  boolean leads() {
    return phase instanceof Inside in && in.leader().equals(around.self);
  }

  /** Whether this agent leads a group that has nothing to put right about itself. */
  boolean leadsGroupAtRest() {
    return phase instanceof Inside in
        && leads()
        && !around.choices.isSmall(advertOf(in), others(in));
  }

  /** The other groups of this level that the members of this one do not lead. */
  boolean hasNeighbours() {
    return phase instanceof Inside in && !others(in).isEmpty();
  }

  Optional<GroupAdvert> advert() {
    return phase instanceof Inside in ? Optional.of(advertOf(in)) : Optional.empty();
  }

  /** Leaves the group, for good. */
  void leave(String why) {
    close(why);
    phase = new Outside();
    asked = Optional.empty();
    out.cancel(new HierarchyTimer.Consider(index));
    out.cancel(new HierarchyTimer.AskOverdue(index));
    out.cancel(new HierarchyTimer.ViewOverdue(index));
  }

  /** Gossip had news. */
  void worldChanged() {
    if (phase instanceof Inside in && leads() && hasToAct(in)) {
      considerWithin(jitter(PAUSE));
    }
  }

  void viewInstalled(GroupId group, List<AgentBoot> members) {
    switch (phase) {
      case Founding founding when founding.group().equals(group) -> founded(founding, members);
      case Joining joining when joining.group().equals(group) -> joined(joining, members);
      case Inside in when in.group().equals(group) -> changed(in, members);
      case Outside _, Founding _, Joining _, Inside _ -> {}
    }
  }

  void received(AgentBoot from, HierarchyMessage message) {
    switch (message) {
      case Ask ask -> asked(from, ask);
      case Granted granted -> granted(from, granted);
      case Refused _ -> refused(from);
      case Move move -> move(move);
      case SplitOff split -> splitOff(split);
      case Claim claim -> claimed(from, claim);
    }
  }

  void fired(HierarchyTimer timer) {
    switch (timer) {
      case HierarchyTimer.Consider _ -> {
        considerAt = Optional.empty();
        consider();
      }
      case HierarchyTimer.AskOverdue _ -> asked.ifPresent(this::refused);
      case HierarchyTimer.ViewOverdue _ -> viewOverdue();
      case HierarchyTimer.Settled _ -> {}
    }
  }

  private void consider() {
    switch (phase) {
      case Outside _ -> seek();
      case Inside in when leads() -> tend(in);
      case Founding _, Joining _, Inside _ -> {}
    }
  }

  private void seek() {
    if (asked.isPresent()) {
      return;
    }
    Choice choice =
        tried.size() >= GIVE_UP_AFTER
            ? new Choice.Found()
            : around.choices.forNewcomer(index, tried);
    switch (choice) {
      case Choice.Found _, Choice.Stay _ -> found(Optional.empty(), List.of());
      case Choice.Request request -> ask(request, List.of(around.self));
    }
  }

  private void tend(Inside in) {
    leases.prune(out.now(), in.members());
    claimAgainstRivals(in);
    if (asked.isPresent()) {
      return;
    }
    if (in.members().size() > around.config.maxSize()) {
      split(in);
    } else if (around.choices.isSmall(advertOf(in), others(in)) && !others(in).isEmpty()) {
      grow(in);
    }
    if (hasToAct(in)) {
      considerWithin(RETRY.plus(jitter(RETRY)));
    }
  }

  private void grow(Inside in) {
    if (!leases.isEmpty()) {
      return;
    }
    switch (around.choices.forSmallGroup(advertOf(in), others(in), tried)) {
      case Choice.Request request -> ask(request, in.members());
      case Choice.Found _, Choice.Stay _ -> tried.clear();
    }
  }

  private boolean hasToAct(Inside in) {
    return in.members().size() > around.config.maxSize()
        || (!others(in).isEmpty() && around.choices.isSmall(advertOf(in), others(in)))
        || !rivals(in).isEmpty();
  }

  private void ask(Choice.Request request, List<AgentBoot> movers) {
    asked = Optional.of(request.leader());
    out.send(request.leader(), new Ask(index, movers, request.lastResort()));
    out.set(new HierarchyTimer.AskOverdue(index), around.config.askTimeout());
  }

  private void asked(AgentBoot from, Ask ask) {
    switch (phase) {
      case Outside _ when asked.isEmpty() -> {
        hold(from, ask);
        found(Optional.empty(), List.of());
      }
      case Founding _ -> hold(from, ask);
      case Inside in when leads() && hasRoom(in, ask) -> {
        leases.grant(ask.movers(), out.now().plus(around.config.joinTimeout()));
        out.send(from, new Granted(in.group(), in.epoch()));
      }
      case Outside _, Joining _, Inside _ -> out.send(from, new Refused(index));
    }
  }

  private boolean hasRoom(Inside in, Ask ask) {
    if (asked.isPresent() || splitUntil.isAfter(out.now())) {
      return false;
    }
    leases.prune(out.now(), in.members());
    int expected = in.members().size() + leases.awaitedBesides(ask.movers());
    int limit = around.config.maxSize();
    return expected + ask.movers().size() <= limit || (ask.lastResort() && expected <= limit);
  }

  private void hold(AgentBoot from, Ask ask) {
    if (!held.add(from, ask)) {
      out.send(from, new Refused(index));
    }
  }

  private void granted(AgentBoot from, Granted granted) {
    if (!asked.equals(Optional.of(from))) {
      return;
    }
    noLongerAsking();
    switch (phase) {
      case Outside _ -> join(granted.group(), from, granted.epoch());
      case Inside in when leads() && !granted.group().equals(in.group()) -> {
        out.tell(Kind.MERGED, in.group(), "into " + granted.group());
        callMembers(
            in.group(), in.members(), new Move(in.group(), granted.group(), from, granted.epoch()));
        close("merged into " + granted.group());
        join(granted.group(), from, granted.epoch());
      }
      case Inside _, Founding _, Joining _ -> {}
    }
  }

  private void refused(AgentBoot from) {
    if (asked.equals(Optional.of(from))) {
      noLongerAsking();
      tried.add(from);
      considerWithin(jitter(PAUSE));
    }
  }

  private void noLongerAsking() {
    asked = Optional.empty();
    out.cancel(new HierarchyTimer.AskOverdue(index));
  }

  private void move(Move move) {
    if (phase instanceof Inside in
        && in.group().equals(move.from())
        && !move.contact().equals(around.self)) {
      if (asked.isPresent()) {
        noLongerAsking();
      }
      close("moved to " + move.to());
      join(move.to(), move.contact(), move.epoch());
    }
  }

  private void splitOff(SplitOff split) {
    if (phase instanceof Inside in && in.group().equals(split.from())) {
      close("split off");
      phase = new Founding(split.to(), split.from(), split.members());
      openFounded(split.to(), "split off from " + split.from());
    }
  }

  private void claimed(AgentBoot from, Claim claim) {
    if (!(phase instanceof Inside in)
        || !in.group().equals(claim.group())
        || !leads()
        || in.members().contains(from)) {
      return;
    }
    int size = in.members().size();
    boolean gives = size != claim.size() ? size < claim.size() : around.self.compareTo(from) < 0;
    if (gives) {
      close("the id stays with " + from);
      found(Optional.of(in.group()), in.members());
    } else {
      out.send(from, new Claim(in.group(), size));
    }
  }

  private void claimAgainstRivals(Inside in) {
    for (AgentBoot rival : rivals(in)) {
      out.send(rival, new Claim(in.group(), in.members().size()));
    }
  }

  /** Other leaders of the same group id, as after a healed cut. */
  private List<AgentBoot> rivals(Inside in) {
    List<AgentBoot> rivals = new ArrayList<>();
    for (GroupAdvert other : others(in)) {
      if (other.group().equals(in.group())) {
        rivals.add(other.leader());
      }
    }
    return rivals;
  }

  private void split(Inside in) {
    if (splitUntil.isAfter(out.now())) {
      return;
    }
    List<AgentBoot> leaving = new Halves(around).farHalf(in.members());
    GroupId group = around.newGroup(index);
    splitUntil = out.now().plus(around.config.joinTimeout());
    leases.clear();
    out.tell(
        Kind.SPLIT, in.group(), leaving.size() + " of " + in.members().size() + " to " + group);
    out.send(leaving.getFirst(), new SplitOff(in.group(), group, leaving));
  }

  private void found(Optional<GroupId> from, List<AgentBoot> followers) {
    GroupId group = around.newGroup(index);
    phase = new Founding(group, from.orElse(group), followers);
    openFounded(group, "founded");
  }

  private void openFounded(GroupId group, String why) {
    entering();
    out.open(group, List.of());
    out.tell(Kind.FORMED, group, why);
  }

  private void join(GroupId group, AgentBoot contact, int epoch) {
    phase = new Joining(group, contact, epoch);
    entering();
    out.open(group, List.of(contact));
  }

  private void entering() {
    tried.clear();
    leases.clear();
    splitUntil = Instant.MIN;
    out.set(new HierarchyTimer.ViewOverdue(index), around.config.joinTimeout());
  }

  private void founded(Founding founding, List<AgentBoot> members) {
    enter(founding.group(), members, 1);
    callMembers(
        founding.from(),
        founding.followers(),
        new Move(founding.from(), founding.group(), around.self, 1));
    leases.grant(founding.followers(), out.now().plus(around.config.joinTimeout()));
    leases.prune(out.now(), members);
    held.drain().forEach(ask -> asked(ask.from(), ask.ask()));
  }

  private void joined(Joining joining, List<AgentBoot> members) {
    if (members.getFirst().equals(around.self)) {
      // The contact was gone: this is another group under the same id.
      tried.add(joining.contact());
      lost("nobody there");
      return;
    }
    boolean same = members.getFirst().equals(joining.contact());
    enter(joining.group(), members, same ? joining.epoch() : joining.epoch() + 1);
    out.tell(Kind.JOINED, joining.group(), members.size() + " members");
  }

  private void enter(GroupId group, List<AgentBoot> members, int epoch) {
    out.cancel(new HierarchyTimer.ViewOverdue(index));
    phase = new Inside(group, members, epoch);
    worldChanged();
  }

  private void changed(Inside in, List<AgentBoot> members) {
    if (!members.contains(around.self)) {
      lost("excluded");
      return;
    }
    AgentBoot leader = members.getFirst();
    if (leader.equals(in.leader())) {
      phase = new Inside(in.group(), members, in.epoch());
    } else {
      int epoch = Math.max(in.epoch(), around.peers.epoch(in.group())) + 1;
      phase = new Inside(in.group(), members, epoch);
      out.tell(Kind.LED, in.group(), leader + " in epoch " + epoch);
    }
    leases.prune(out.now(), members);
    if (members.size() <= around.config.maxSize()) {
      splitUntil = Instant.MIN;
    }
    worldChanged();
  }

  private void viewOverdue() {
    if (phase instanceof Joining joining) {
      tried.add(joining.contact());
      lost("no view");
    } else if (phase instanceof Founding) {
      lost("no view");
    }
  }

  private void lost(String why) {
    close(why);
    phase = new Outside();
    out.cancel(new HierarchyTimer.ViewOverdue(index));
    considerWithin(jitter(PAUSE));
  }

  private void close(String why) {
    switch (phase) {
      case Founding founding -> out.close(founding.group(), why);
      case Joining joining -> out.close(joining.group(), why);
      case Inside in -> out.close(in.group(), why);
      case Outside _ -> {}
    }
    held.drain().forEach(ask -> out.send(ask.from(), new Refused(index)));
  }

  private void callMembers(GroupId from, List<AgentBoot> members, Move move) {
    for (AgentBoot member : members) {
      if (!member.equals(around.self)) {
        out.send(member, move);
      }
    }
  }

  private GroupAdvert advertOf(Inside in) {
    int size = in.leader().equals(around.self) ? in.members().size() : 0;
    return new GroupAdvert(in.group(), in.leader(), in.epoch(), size);
  }

  /** The other groups; what a member of this one still says about the one it came from is old. */
  private List<GroupAdvert> others(Inside in) {
    List<GroupAdvert> others = around.peers.groups(index);
    others.removeIf(other -> in.members().contains(other.leader()));
    return others;
  }

  private void considerWithin(Duration delay) {
    Instant at = out.now().plus(delay);
    if (considerAt.isEmpty()
        || considerAt.get().isAfter(at)
        || considerAt.get().isBefore(out.now())) {
      considerAt = Optional.of(at);
      out.set(new HierarchyTimer.Consider(index), delay);
    }
  }

  /** Between the whole and the double of {@code least}. */
  private Duration jitter(Duration least) {
    return least.plusNanos((long) (around.random.nextDouble() * least.toNanos()));
  }
}
