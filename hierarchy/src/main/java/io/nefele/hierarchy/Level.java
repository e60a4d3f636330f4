package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.Choices.Choice;
import io.nefele.hierarchy.HierarchyEvent.Kind;
import io.nefele.hierarchy.HierarchyMessage.Ask;
import io.nefele.hierarchy.HierarchyMessage.Claim;
import io.nefele.hierarchy.HierarchyMessage.Declined;
import io.nefele.hierarchy.HierarchyMessage.Granted;
import io.nefele.hierarchy.HierarchyMessage.Mirror;
import io.nefele.hierarchy.HierarchyMessage.Move;
import io.nefele.hierarchy.HierarchyMessage.Refused;
import io.nefele.hierarchy.HierarchyMessage.SplitOff;
import io.nefele.hierarchy.HierarchyMessage.Succeed;
import io.nefele.hierarchy.Phase.Founding;
import io.nefele.hierarchy.Phase.Inside;
import io.nefele.hierarchy.Phase.Joining;
import io.nefele.hierarchy.Phase.Outside;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An agent's part in the groups of one level; the same rules hold at every level (after NICE,
 * SIGCOMM 2002). Only leaders decide: a small one asks another group for room and moves there with
 * all its members, a large one splits, one that finds its group id used on the other side of a
 * healed cut gives way to the larger side. Who waits for an answer grants nothing, and who granted
 * room does not ask before the guests are there or their lease is over. Every wait has a timer.
 */
final class Level {
  private static final Duration RETRY = Duration.ofMillis(750);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final int index;
  private final Surroundings around;
  private final Outbox out;
  private final Asking asking;
  private final Hosting hosting;
  private final Deputies deputies;
  private final Neighbours neighbours;
  private final Fellows fellows;
  private final Reminder reminder;
  private final Moves moves;
  private final EntryPatience patience;
  private Phase phase = new Outside();
  private Optional<Heritage> heritage = Optional.empty();

  Level(int index, Surroundings around) {
    this.index = index;
    this.around = around;
    this.out = around.outbox;
    this.asking = new Asking(index, around);
    this.hosting = new Hosting(index, around);
    this.deputies = new Deputies(out);
    this.neighbours = new Neighbours(index, around.peers);
    this.fellows = around.fellows(index);
    this.reminder = new Reminder(index, around);
    this.moves = new Moves(around);
    this.patience = new EntryPatience(around.config.joinTimeout());
  }

  /** Begins to look for a group. */
  void start() {
    reminder.within(around.config.grace());
  }

  /**
   * Begins by taking the place of a leader that is gone. Not at once: a leader that moves its group
   * away is gone from the old one, too, and its word of that may come a little later.
   */
  void start(Heritage inherited) {
    heritage = Optional.of(inherited);
    reminder.withinAbout(PAUSE);
  }

  Phase phase() {
    return phase;
  }

  boolean leads() {
    return phase instanceof Inside in && in.leader().equals(around.self);
  }

  boolean leadsOrFounds() {
    return phase instanceof Founding || leads();
  }

  /** Whether this agent will be at the level above if {@code beside} leads a group of this one. */
  boolean willRiseBeside(AgentBoot beside) {
    boolean isLarge = phase instanceof Inside in && in.isAtLeast(around.config.k());
    return leadsOrFounds() && (isLarge || fellows.include(beside));
  }

  /** Whether this agent leads a group that has nothing to put right about itself. */
  boolean leadsGroupAtRest() {
    return phase instanceof Inside in && leads() && !isSmall(in);
  }

  /** The other groups of this level that the members of this one do not lead. */
  boolean hasNeighbours() {
    return phase instanceof Inside in && (!neighbours.of(in).isEmpty() || fellows.areBeside(in));
  }

  Optional<GroupAdvert> advert() {
    return phase instanceof Inside in ? Optional.of(in.advert(around.self)) : Optional.empty();
  }

  /** What the leader of this group, which this agent is now, leaves to it; given once. */
  Optional<Heritage> takeHeritage() {
    return deputies.takeHeritage();
  }

  /** As leader: has the deputies know where the group stands in the level above. */
  void mirror(Optional<Upward> upward) {
    if (phase instanceof Inside in && leads()) {
      deputies.tell(in, upward);
    }
  }

  /** Where a group of the level below stands whose leader this agent is. */
  Optional<Upward> upward() {
    return phase instanceof Inside in ? Optional.of(Upward.of(in)) : Optional.empty();
  }

  /** Goes to a nearer group if there is one and this agent can be spared here. */
  void lookForNearer() {
    if (!(phase instanceof Inside in) || asking.isOpen() || !moves.isSpared(in)) {
      return;
    }
    asking.begin();
    around
        .choices
        .nearer(index, in.leader(), asking.tried())
        .ifPresent(leader -> asking.ask(leader, List.of(around.self), false));
  }

  /** Leaves the group, for good. */
  void leave(String why) {
    close(why);
    phase = new Outside();
    asking.abandon();
    reminder.cancel();
    out.cancel(new HierarchyTimer.ViewOverdue(index));
  }

  /** Gossip had news. */
  void worldChanged() {
    if (phase instanceof Inside in && leads()) {
      forgetDeparted();
      if (hasToAct(in)) {
        reminder.withinAbout(PAUSE);
      }
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
      case Refused refused -> refused(from, refused.full());
      case Move move -> move(move);
      case SplitOff split -> splitOff(split);
      case Claim claim -> claimed(from, claim);
      case Mirror mirror -> deputies.mirrored(from, mirror, phase);
      case Succeed succeed -> succeeded(from, succeed);
      case Declined declined -> declined(from, declined);
    }
  }

  void fired(HierarchyTimer timer) {
    switch (timer) {
      case HierarchyTimer.Consider _ -> {
        reminder.fired();
        consider();
      }
      case HierarchyTimer.AskOverdue _ -> asking.overdue().ifPresent(it -> refused(it, false));
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
    if (asking.isOpen() || reminder.hasToWait(around.pace(index))) {
      return;
    }
    Optional<Heritage> inherited = heritage;
    heritage = Optional.empty();
    if (inherited.filter(asking::succeed).isPresent()) {
      return;
    }
    switch (asking.choice()) {
      case Choice.Found _, Choice.Stay _ -> found(Optional.empty(), List.of());
      case Choice.Request request ->
          asking.ask(request.leader(), List.of(around.self), request.lastResort());
    }
  }

  private void tend(Inside in) {
    hosting.prune(in);
    forgetDeparted();
    Claim claim = new Claim(in.group(), in.members().size());
    neighbours.rivals(in).forEach(rival -> out.send(rival, claim));
    if (asking.isOpen()) {
      return;
    }
    if (hosting.size(in) > around.config.maxSize()) {
      split(in);
    } else if (hasToGrow(in)) {
      grow(in);
    }
    if (hasToAct(in)) {
      reminder.withinAbout(RETRY);
    }
  }

  /** Before all else: what they said may be all that there is to act on, and no news may come. */
  private void forgetDeparted() {
    neighbours.forgetIn(out.now()).ifPresent(reminder::within);
    fellows.patience().ifPresent(reminder::within);
  }

  private void grow(Inside in) {
    if (!hosting.awaitsNobody() || hosting.expectsSuccessor()) {
      return;
    }
    switch (around.choices.forSmallGroup(
        in.advert(around.self), neighbours.of(in), asking.tried())) {
      case Choice.Request _ when reminder.hasToWait(around.pace(index)) -> {}
      case Choice.Request its -> asking.ask(its.leader(), in.members(), its.lastResort());
      case Choice.Found _, Choice.Stay _ -> asking.begin();
    }
  }

  private boolean hasToAct(Inside in) {
    return hosting.size(in) > around.config.maxSize()
        || hasToGrow(in)
        || !neighbours.rivals(in).isEmpty();
  }

  private boolean hasToGrow(Inside in) {
    return !neighbours.of(in).isEmpty() && isSmall(in);
  }

  private boolean isSmall(Inside in) {
    return !(in.isAtLeast(around.config.k()) && fellows.areBeside(in))
        && around.choices.isSmall(in.advert(around.self), neighbours.of(in));
  }

  private void asked(AgentBoot from, Ask ask) {
    switch (phase) {
      case Outside _ when !asking.isOpen() -> {
        hosting.hold(from, ask);
        found(Optional.empty(), List.of());
      }
      case Founding _ -> hosting.hold(from, ask);
      case Inside in when leads() && !asking.isOpen() && hosting.hasRoom(in, ask) ->
          hosting.grant(in, from, ask.movers());
      case Inside _ when leads() && !asking.isOpen() -> hosting.refuse(from, true);
      case Outside _, Joining _, Inside _ -> hosting.refuse(from);
    }
  }

  private void succeeded(AgentBoot from, Succeed succeed) {
    if (!(phase instanceof Inside in) || !in.group().equals(succeed.parent())) {
      hosting.refuse(from);
    } else if (leads() && !asking.isOpen()) {
      hosting.replace(in, succeed.predecessor(), from);
    } else if (in.leader().equals(succeed.predecessor())) {
      // The next view may make this agent the leader.
      hosting.hold(from, succeed);
    } else {
      hosting.refuse(from);
    }
  }

  private void granted(AgentBoot from, Granted granted) {
    if (!asking.answeredBy(from)) {
      decline(from, granted.group());
      return;
    }
    switch (phase) {
      case Outside _ -> join(granted.group(), from, granted.epoch());
      case Inside in when leads() && !granted.group().equals(in.group()) -> {
        out.tell(Kind.MERGED, in.group(), "into " + granted.group());
        around.call(in.members(), new Move(in.group(), granted.group(), from, granted.epoch()));
        close("merged into " + granted.group());
        join(granted.group(), from, granted.epoch());
      }
      case Inside in when !leads() && asking.isForSelfAlone() -> {
        moves.moved();
        out.tell(Kind.MOVED, in.group(), "to the nearer " + granted.group());
        close("moved to the nearer " + granted.group());
        join(granted.group(), from, granted.epoch());
      }
      case Inside _, Founding _, Joining _ -> decline(from, granted.group());
    }
  }

  /**
   * Has {@code leader} await nobody in vain, unless this agent is in {@code group} or on its way.
   */
  private void decline(AgentBoot leader, GroupId group) {
    if (!phase.open().equals(Optional.of(group))) {
      out.send(leader, new Declined(group));
    }
  }

  private void declined(AgentBoot from, Declined declined) {
    if (phase instanceof Inside in && leads() && in.group().equals(declined.group())) {
      hosting.declined(from);
      worldChanged();
    }
  }

  private void refused(AgentBoot from, boolean full) {
    if (asking.answeredBy(from)) {
      asking.refused(from, full);
      reminder.withinAbout(PAUSE);
    }
  }

  private void move(Move move) {
    if (phase instanceof Inside in
        && in.group().equals(move.from())
        && !move.contact().equals(around.self)) {
      asking.abandon();
      close("moved to " + move.to());
      join(move.to(), move.contact(), move.epoch());
    } else if (!move.contact().equals(around.self)) {
      decline(move.contact(), move.to());
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

  private void split(Inside in) {
    if (hosting.isSplitting()) {
      return;
    }
    List<AgentBoot> leaving = new Halves(around).farHalf(in.members());
    GroupId group = around.newGroup(index);
    hosting.splitBegins();
    out.tell(
        Kind.SPLIT, in.group(), leaving.size() + " of " + in.members().size() + " to " + group);
    out.send(leaving.getFirst(), new SplitOff(in.group(), group, leaving));
  }

  private void found(Optional<GroupId> from, List<AgentBoot> followers) {
    GroupId group = around.newGroup(index);
    phase = new Founding(group, from.orElse(group), followers);
    openFounded(group, "founded");
    fellows.founded();
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
    around.pace(index).entered(out.now());
    asking.begin();
    hosting.begin();
    deputies.begin();
    neighbours.begin();
    out.set(new HierarchyTimer.ViewOverdue(index), patience.now());
  }

  private void founded(Founding founding, List<AgentBoot> members) {
    Inside inside = enter(founding.group(), members, 1);
    around.call(founding.followers(), new Move(founding.from(), founding.group(), around.self, 1));
    hosting.await(around.self, founding.followers());
    hosting.prune(inside);
    answerHeld();
  }

  private void answerHeld() {
    hosting.drain().forEach(held -> received(held.from(), held.message()));
  }

  private void joined(Joining joining, List<AgentBoot> members) {
    if (members.getFirst().equals(around.self)) {
      // The contact was gone: this is another group under the same id.
      asking.exclude(joining.contact());
      lost("nobody there");
      return;
    }
    boolean same = members.getFirst().equals(joining.contact());
    enter(joining.group(), members, same ? joining.epoch() : joining.epoch() + 1);
    out.tell(Kind.JOINED, joining.group(), members.size() + " members");
  }

  private Inside enter(GroupId group, List<AgentBoot> members, int epoch) {
    out.cancel(new HierarchyTimer.ViewOverdue(index));
    patience.viewCame();
    Inside inside = new Inside(group, members, epoch);
    phase = inside;
    moves.viewInstalled();
    worldChanged();
    return inside;
  }

  private void changed(Inside in, List<AgentBoot> members) {
    if (!members.contains(around.self)) {
      lost("excluded");
      return;
    }
    neighbours.viewChanged(out.now(), in.members(), members);
    AgentBoot leader = members.getFirst();
    int epoch =
        leader.equals(in.leader())
            ? in.epoch()
            : Math.max(in.epoch(), around.peers.epoch(in.group())) + 1;
    Inside now = new Inside(in.group(), members, epoch);
    phase = now;
    moves.viewInstalled();
    hosting.prune(now);
    if (index > 0 && !members.containsAll(in.members())) {
      hosting.expectSuccessor();
    }
    if (!leader.equals(in.leader())) {
      out.tell(Kind.LED, in.group(), leader + " in epoch " + epoch);
      if (leads()) {
        deputies.inherit(in.leader());
      }
      answerHeld();
    }
    worldChanged();
  }

  private void viewOverdue() {
    if (phase instanceof Joining joining) {
      asking.exclude(joining.contact());
    }
    if (!(phase instanceof Inside)) {
      patience.noViewCame();
      lost("no view");
    }
  }

  private void lost(String why) {
    close(why);
    phase = new Outside();
    out.cancel(new HierarchyTimer.ViewOverdue(index));
    reminder.withinAbout(PAUSE);
  }

  private void close(String why) {
    fellows.begin();
    phase.open().ifPresent(group -> out.close(group, why));
    hosting.drain().forEach(held -> hosting.refuse(held.from()));
  }
}
