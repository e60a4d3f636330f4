package io.nefele.mailbox;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Core;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which agents have subscribers to what, so that a publisher's agent sends one message to each of
 * those, straight, and none to others.
 *
 * <p>An agent tells a change of its interests to all others at once, as far as they are not too
 * many, and they confirm. Beside that, gossip carries the number of the version: whoever hears of a
 * newer one than it has asks for it, and asks again until it has it. So everybody knows in the end,
 * newcomers included, whatever is lost on the way.
 */
public final class Interests implements Core<InterestInput, InterestEffect> {
  /** More are told by gossip alone. */
  private static final int TOLD_AT_ONCE_MAX = 256;

  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

  private final SortedMap<AgentId, Peer> peers = new TreeMap<>();

  /** Those that have told of news which is not here yet; while there are any, the timer runs. */
  private final SortedSet<AgentId> awaited = new TreeSet<>();

  private SortedSet<Interest> own = new TreeSet<>();
  private long version;

  private static final class Peer {
    long advertised;
    long known;
    SortedSet<Interest> interests = new TreeSet<>();

    void take(InterestMessage.Tell tell) {
      if (tell.version() > known) {
        known = tell.version();
        interests = new TreeSet<>(tell.interests());
      }
    }
  }

  public Interests(AgentBoot self) {
    this.version = firstVersion(self);
  }

  /** The version of a boot that is interested in nothing yet, above all of earlier boots. */
  public static long firstVersion(AgentBoot self) {
    return (long) self.epoch() << 32;
  }

  private static boolean isFirst(long version) {
    return (int) version == 0;
  }

  @Override
  public List<InterestEffect> step(Instant now, InterestInput input) {
    List<InterestEffect> effects = new ArrayList<>();
    switch (input) {
      case InterestInput.Changed(SortedSet<Interest> changed, List<AgentId> all) -> {
        if (!changed.equals(own)) {
          own = new TreeSet<>(changed);
          version++;
          effects.add(new InterestEffect.Advertise(version));
          all.stream()
              .limit(TOLD_AT_ONCE_MAX)
              .forEach(peer -> effects.add(new InterestEffect.Send(peer, tell())));
        }
      }
      case InterestInput.PeerKnown(AgentId agent, long advertised) -> {
        Peer peer = peers.computeIfAbsent(agent, unused -> new Peer());
        if (advertised > peer.advertised) {
          peer.advertised = advertised;
          if (isFirst(advertised) && advertised > peer.known) {
            peer.known = advertised;
            peer.interests = new TreeSet<>();
          }
          await(agent, peer, effects);
        }
      }
      case InterestInput.PeerGone(AgentId agent) -> {
        peers.remove(agent);
        awaited.remove(agent);
      }
      case InterestInput.AskAgain() -> {
        awaited.forEach(agent -> ask(agent, effects));
        if (!awaited.isEmpty()) {
          effects.add(new InterestEffect.AskAgainSoon(ASK_AGAIN));
        }
      }
      case InterestInput.Received(AgentId from, InterestMessage.Ask()) ->
          effects.add(new InterestEffect.Send(from, tell()));
      case InterestInput.Received(AgentId from, InterestMessage.Tell tell) -> {
        Peer peer = peers.get(from);
        // Of one that is gone, as far as is known here, nobody would say again that it is.
        if (peer != null) {
          peer.take(tell);
          if (peer.advertised <= peer.known) {
            awaited.remove(from);
          }
          effects.add(new InterestEffect.Send(from, new InterestMessage.Known(tell.version())));
        }
      }
      case InterestInput.Received(AgentId from, InterestMessage.Known(long confirmed)) ->
          effects.add(new InterestEffect.Confirmed(from, confirmed));
    }
    return effects;
  }

  /** The version of this agent's interests that there is now. */
  public long version() {
    return version;
  }

  /** What this agent is interested in. */
  public SortedSet<Interest> own() {
    return new TreeSet<>(own);
  }

  /** The agents, beside this one, of whose interests one at least fulfils {@code wanted}. */
  public SortedSet<AgentId> interested(Predicate<Interest> wanted) {
    SortedSet<AgentId> agents = new TreeSet<>();
    peers.forEach(
        (agent, peer) -> {
          if (peer.interests.stream().anyMatch(wanted)) {
            agents.add(agent);
          }
        });
    return agents;
  }

  /** What is known of the interests of {@code agent}. */
  public SortedSet<Interest> of(AgentId agent) {
    Peer peer = peers.get(agent);
    return peer == null ? new TreeSet<>() : new TreeSet<>(peer.interests);
  }

  private void await(AgentId agent, Peer peer, List<InterestEffect> effects) {
    if (peer.advertised <= peer.known) {
      awaited.remove(agent);
      return;
    }
    ask(agent, effects);
    if (awaited.isEmpty()) {
      effects.add(new InterestEffect.AskAgainSoon(ASK_AGAIN));
    }
    awaited.add(agent);
  }

  private static void ask(AgentId agent, List<InterestEffect> effects) {
    effects.add(new InterestEffect.Send(agent, new InterestMessage.Ask()));
  }

  private InterestMessage.Tell tell() {
    return new InterestMessage.Tell(version, List.copyOf(own));
  }
}
