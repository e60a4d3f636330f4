package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.core.AgentBoot;
import io.nefele.hierarchy.GroupId;
import io.nefele.sim.kernel.VirtualTime;
import io.nefele.sim.world.Seat.Island;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The group transport, by the rules that JGroups keeps in the agent: whoever opens a group joins
 * through the contact that coordinates it, or is alone in it if none does within a second; views
 * are agreed and come in order, joins at the end; a crash takes a member out after a quarter of a
 * second, silence after five; both sides of a cut go on with a view of their own and are not merged
 * again (the hierarchy sees to that). Broadcasts go to the sender's view, in its order, itself
 * included; what comes before a member's first view waits for it.
 */
final class Groups {
  private static final long JOIN_NANOS = 8_000_000;
  private static final long JOIN_RETRY_NANOS = 100_000_000;
  private static final long JOIN_GIVE_UP_NANOS = 1_000_000_000;
  private static final long CRASH_SEEN_NANOS = 280_000_000;
  private static final long SILENCE_NANOS = 5_120_000_000L;
  private static final long WATCH_NANOS = 250_000_000;
  private static final int VIEW_BYTES = 200;

  private final VirtualTime time;
  private final Network network;
  private final World world;
  private final Function<AgentBoot, Optional<Life>> lives;
  private final Set<Island> islands = new LinkedHashSet<>();
  private long lastView;
  private boolean watching;

  Groups(
      VirtualTime time, Network network, World world, Function<AgentBoot, Optional<Life>> lives) {
    this.time = time;
    this.network = network;
    this.world = world;
    this.lives = lives;
  }

  void open(Life life, GroupId group, List<AgentBoot> contacts) {
    if (life.seats.containsKey(group)) {
      return;
    }
    Seat seat = new Seat(life, group, contacts);
    life.seats.put(group, seat);
    long giveUpAt = time.nowNanos() + JOIN_GIVE_UP_NANOS;
    time.after(JOIN_NANOS * life.slowness, () -> join(seat, giveUpAt));
  }

  void close(Life life, GroupId group) {
    Seat seat = life.seats.remove(group);
    if (seat != null) {
      seat.open = false;
      time.after(network.latencyNanos(life.place(), life.place()), () -> depart(seat));
    }
  }

  /** A life ended: its peers notice the broken connections. */
  void ended(Life life) {
    for (Seat seat : life.seats.values()) {
      seat.open = false;
      time.after(CRASH_SEEN_NANOS, () -> depart(seat));
    }
    life.seats.clear();
  }

  /** The lives that are in the level-0 group of {@code life} now; itself alone if it is in none. */
  List<Life> homeOf(Life life) {
    return life.seats.values().stream()
        .filter(seat -> seat.group.level() == 0)
        .flatMap(seat -> seat.island.stream())
        .findFirst()
        .map(island -> island.members.stream().map(seat -> seat.life).toList())
        .orElse(List.of(life));
  }

  void broadcast(Life sender, GroupId group, AgentMessage message, int bytes) {
    Seat seat = sender.seats.get(group);
    if (seat == null) {
      return;
    }
    AgentInput input = new AgentInput.MessageArrived(sender.boot, message);
    for (int i = 0; i < seat.installed.size(); i++) {
      Seat member = seat.installed.get(i);
      network.send(seat.ways.get(i), bytes, () -> deliver(member, input));
    }
  }

  /** Something was cut, held back or stands still: silence has to be watched for. */
  void disturbed() {
    if (!watching) {
      watching = true;
      time.after(WATCH_NANOS, this::watch);
    }
  }

  private void join(Seat seat, long giveUpAt) {
    if (!seat.open) {
      return;
    }
    if (seat.contacts.isEmpty()) {
      found(seat);
      return;
    }
    Optional<Island> island = coordinatedByContact(seat);
    if (island.isPresent()) {
      enter(seat, island.get());
      installViews(island.get());
    } else if (time.nowNanos() >= giveUpAt) {
      found(seat);
    } else {
      time.after(JOIN_RETRY_NANOS, () -> join(seat, giveUpAt));
    }
  }

  private Optional<Island> coordinatedByContact(Seat seat) {
    for (AgentBoot contact : seat.contacts) {
      Optional<Seat> theirs =
          lives
              .apply(contact)
              .filter(life -> life.running && reaches(life, seat.life))
              .flatMap(life -> Optional.ofNullable(life.seats.get(seat.group)));
      if (theirs.isPresent()) {
        Seat other = theirs.get();
        if (other.island.filter(island -> island.coordinator() == other).isPresent()) {
          return other.island;
        }
      }
    }
    return Optional.empty();
  }

  private boolean reaches(Life a, Life b) {
    return !a.paused
        && !b.paused
        && !network.blocked(a.place(), b.place())
        && !network.blocked(b.place(), a.place());
  }

  private void found(Seat seat) {
    Island island = new Island();
    islands.add(island);
    enter(seat, island);
    installViews(island);
  }

  private static void enter(Seat seat, Island island) {
    island.members.add(seat);
    seat.island = Optional.of(island);
    seat.silentSinceNanos = -1;
  }

  private void depart(Seat seat) {
    seat.island.ifPresent(
        island -> {
          island.members.remove(seat);
          seat.island = Optional.empty();
          installViews(island);
        });
  }

  private void installViews(Island island) {
    if (island.members.isEmpty()) {
      islands.remove(island);
      return;
    }
    long view = ++lastView;
    List<Seat> members = List.copyOf(island.members);
    Life coordinator = island.coordinator().life;
    for (Seat member : members) {
      network.send(
          channel(coordinator, member.life), VIEW_BYTES, () -> install(member, view, members));
    }
  }

  private void install(Seat seat, long view, List<Seat> members) {
    if (!seat.open || view <= seat.installedView) {
      return;
    }
    seat.installedView = view;
    seat.installed = members;
    seat.ways = members.stream().map(member -> channel(seat.life, member.life)).toList();
    world.give(
        seat.life,
        new AgentInput.ViewInstalled(
            seat.group, members.stream().map(member -> member.life.boot).toList()));
    List<AgentInput> early = List.copyOf(seat.early);
    seat.early.clear();
    early.forEach(input -> world.give(seat.life, input));
  }

  private void deliver(Seat seat, AgentInput input) {
    if (!seat.open) {
      return;
    }
    if (seat.installed.isEmpty()) {
      seat.early.add(input);
    } else {
      world.give(seat.life, input);
    }
  }

  private void watch() {
    boolean goOn = network.anyBlocked() || world.anyPaused();
    for (Island island : List.copyOf(islands)) {
      goOn |= watch(island);
    }
    watching = false;
    if (goOn) {
      disturbed();
    }
  }

  /** Returns whether somebody is silent there. */
  private boolean watch(Island island) {
    long now = time.nowNanos();
    boolean silent = false;
    List<Seat> lost = new ArrayList<>();
    Seat coordinator = island.coordinator();
    boolean coordinatorStands = coordinator.life.paused;
    for (Seat member : island.members) {
      boolean heard =
          coordinatorStands
              ? member != coordinator
              : member == coordinator || reaches(coordinator.life, member.life);
      if (heard) {
        member.silentSinceNanos = -1;
      } else if (member.silentSinceNanos < 0) {
        member.silentSinceNanos = now;
        silent = true;
      } else if (now - member.silentSinceNanos >= SILENCE_NANOS) {
        lost.add(member);
      } else {
        silent = true;
      }
    }
    if (!lost.isEmpty()) {
      exclude(island, lost);
    }
    return silent;
  }

  /** Those who hear each other stay together, on their own. */
  private void exclude(Island island, List<Seat> lost) {
    island.members.removeAll(lost);
    installViews(island);
    while (!lost.isEmpty()) {
      Seat first = lost.removeFirst();
      Island other = new Island();
      islands.add(other);
      enter(first, other);
      for (Iterator<Seat> rest = lost.iterator(); rest.hasNext(); ) {
        Seat next = rest.next();
        if (reaches(first.life, next.life)) {
          rest.remove();
          enter(next, other);
        }
      }
      installViews(other);
    }
  }

  private static Channel channel(Life from, Life to) {
    return Effects.channel(from, to, Effects.Lane.GROUP);
  }
}
