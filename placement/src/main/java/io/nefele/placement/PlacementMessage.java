package io.nefele.placement;

import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import java.util.List;

/** What requesters and participants of a placement tell each other, straight between two agents. */
public sealed interface PlacementMessage {

  /** Which request it is about. */
  RequestKey key();

  /**
   * To a neighbour: what room have you for these, and how many of those targets run with you?
   *
   * @param claimant to whom processes of the neighbour may have to give way
   */
  record Ask(RequestKey key, List<Wanted> wanted, List<Target> targets, Claimant claimant)
      implements PlacementMessage {}

  /**
   * To the requester: this much, and it is held for you.
   *
   * @param any whether one of those asked for fits at all; else nothing is held
   * @param held room for any mix of those asked for that fits into it
   * @param free what is left besides the held
   * @param capacity what the server has in all
   * @param processes how many it has promised to run already
   * @param contended whether others hold something that may come free
   * @param facts what constraints may ask of it
   * @param running how many processes of each target it has
   * @param yields room that would be added to what is held if others gave way; some of it may be
   *     free, and of no use without the rest
   */
  record Offer(
      RequestKey key,
      boolean any,
      Resources held,
      Resources free,
      Resources capacity,
      int processes,
      boolean contended,
      ServerFacts facts,
      List<Integer> running,
      Resources yields)
      implements PlacementMessage {

    /** The same, where those give way that have to. */
    Offer preempting() {
      return new Offer(
          key,
          true,
          held.plus(yields),
          free.minusAtMost(yields),
          capacity,
          processes,
          contended,
          facts,
          running,
          Resources.NONE);
    }
  }

  /**
   * To a participant: hold this much for longer.
   *
   * @param preempts whether others are to give way to it, as was offered, once it is committed
   */
  record Keep(RequestKey key, List<Component> components, long millis, boolean preempts)
      implements PlacementMessage {}

  /** To the requester: it is held for that long. */
  record Kept(RequestKey key) implements PlacementMessage {}

  /**
   * To a participant: make these.
   *
   * @param gated hold them before their first instruction until {@link Go}
   * @param participants all that were told to make some: to turn to, should the requester be lost
   */
  record Commit(
      RequestKey key, List<Component> components, boolean gated, List<AgentId> participants)
      implements PlacementMessage {}

  /**
   * To the requester: they are there, in the order of the components; held at the gate, or running
   * if there was none.
   */
  record Ready(RequestKey key, List<ProcessId> processes) implements PlacementMessage {}

  /**
   * To the requester: it can't be done here, and nothing is held any more.
   *
   * @param again whether it is worth to try again: another was quicker
   */
  record Declined(RequestKey key, String reason, boolean again) implements PlacementMessage {}

  /**
   * To the requester: they are being made, which takes longer than others have patience. From it:
   * others are still at it.
   */
  record Working(RequestKey key) implements PlacementMessage {}

  /** To a participant: all are there, let yours go. */
  record Go(RequestKey key) implements PlacementMessage {}

  /** To the requester: they run. */
  record Gone(RequestKey key) implements PlacementMessage {}

  /**
   * To a participant: it is off; let go of what you hold and end what you started. Repeated until
   * answered where something may have been started.
   *
   * @param processes what the participant said that it made: after a restart it knows those, but
   *     not the request any more
   */
  record Abort(RequestKey key, List<ProcessId> processes) implements PlacementMessage {}

  /** To a participant: all of them run. */
  record Settled(RequestKey key) implements PlacementMessage {}

  /** To a deputy: the requester is silent, and mine wait at the gate. */
  record Doubt(RequestKey key, List<AgentId> participants) implements PlacementMessage {}

  /** To a participant: how far are you? */
  record Inquire(RequestKey key) implements PlacementMessage {}

  /** To a deputy: so far. */
  record Standing(RequestKey key, State state) implements PlacementMessage {
    /** How far a participant is. */
    enum State {
      /** Nothing is here, and nothing will be. */
      NOTHING,
      /** All of its share is at the gate, and goes by the deputy's word alone. */
      HELD,
      RUNS,
      /** It has heard that all run. */
      SETTLED
    }
  }

  /** To a participant: all are there; let yours go. */
  record Verdict(RequestKey key) implements PlacementMessage {}

  /** To whoever called it off: nothing of it is held or runs here. */
  record Aborted(RequestKey key) implements PlacementMessage {}

  Codec<Integer> INT32 =
      Codec.of((Integer number, Encoder out) -> out.int32(number), Decoder::int32);

  Codec<PlacementMessage> CODEC = Codec.of(PlacementMessage::encode, PlacementMessage::decode);

  private static void encode(PlacementMessage message, Encoder out) {
    switch (message) {
      case Ask m ->
          head(out, 1, m)
              .list(Wanted.CODEC, m.wanted)
              .list(Target.CODEC, m.targets)
              .put(Claimant.CODEC, m.claimant);
      case Offer m ->
          head(out, 2, m)
              .bool(m.any)
              .put(Resources.CODEC, m.held)
              .put(Resources.CODEC, m.free)
              .put(Resources.CODEC, m.capacity)
              .int32(m.processes)
              .bool(m.contended)
              .put(ServerFacts.CODEC, m.facts)
              .list(INT32, m.running)
              .put(Resources.CODEC, m.yields);
      case Commit m ->
          head(out, 3, m)
              .list(Component.CODEC, m.components)
              .bool(m.gated)
              .list(AgentId.CODEC, m.participants);
      case Ready m -> head(out, 4, m).list(ProcessId.CODEC, m.processes);
      case Declined m -> head(out, 5, m).string(m.reason).bool(m.again);
      case Go m -> head(out, 6, m);
      case Gone m -> head(out, 7, m);
      case Abort m -> head(out, 8, m).list(ProcessId.CODEC, m.processes);
      case Aborted m -> head(out, 9, m);
      case Keep m ->
          head(out, 10, m).list(Component.CODEC, m.components).int64(m.millis).bool(m.preempts);
      case Kept m -> head(out, 11, m);
      case Doubt m -> head(out, 12, m).list(AgentId.CODEC, m.participants);
      case Inquire m -> head(out, 13, m);
      case Standing m -> head(out, 14, m).int8(m.state.ordinal());
      case Verdict m -> head(out, 15, m);
      case Settled m -> head(out, 16, m);
      case Working m -> head(out, 17, m);
    }
  }

  private static Encoder head(Encoder out, int type, PlacementMessage message) {
    return out.int8(type).put(RequestKey.CODEC, message.key());
  }

  private static PlacementMessage decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    RequestKey key = in.get(RequestKey.CODEC);
    return switch (type) {
      case 1 -> new Ask(key, in.list(Wanted.CODEC), in.list(Target.CODEC), in.get(Claimant.CODEC));
      case 2 ->
          new Offer(
              key,
              in.bool(),
              in.get(Resources.CODEC),
              in.get(Resources.CODEC),
              in.get(Resources.CODEC),
              in.int32(),
              in.bool(),
              in.get(ServerFacts.CODEC),
              in.list(INT32),
              in.get(Resources.CODEC));
      case 3 -> new Commit(key, in.list(Component.CODEC), in.bool(), in.list(AgentId.CODEC));
      case 4 -> new Ready(key, in.list(ProcessId.CODEC));
      case 5 -> new Declined(key, in.string(), in.bool());
      case 6 -> new Go(key);
      case 7 -> new Gone(key);
      case 8 -> new Abort(key, in.list(ProcessId.CODEC));
      case 9 -> new Aborted(key);
      case 10 -> new Keep(key, in.list(Component.CODEC), in.int64(), in.bool());
      case 11 -> new Kept(key);
      case 12 -> new Doubt(key, in.list(AgentId.CODEC));
      case 13 -> new Inquire(key);
      case 14 -> new Standing(key, state(in));
      case 15 -> new Verdict(key);
      case 16 -> new Settled(key);
      case 17 -> new Working(key);
      default -> throw in.malformed("no placement message has type " + type);
    };
  }

  private static Standing.State state(Decoder in) throws MalformedMessage {
    int ordinal = in.int8();
    if (ordinal < 0 || ordinal >= Standing.State.values().length) {
      throw in.malformed("no state has number " + ordinal);
    }
    return Standing.State.values()[ordinal];
  }
}
