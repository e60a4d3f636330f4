package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import java.util.List;
import java.util.Optional;

/** What the hierarchies of two agents say to each other. Any of it may be lost or late. */
public sealed interface HierarchyMessage {

  /** The level it is about. */
  int level();

  /** The service whose organisation it is about. */
  Name service();

  /** What is about one group, and with it about a level and a service. */
  sealed interface OfGroup extends HierarchyMessage {
    GroupId about();

    @Override
    default int level() {
      return about().level();
    }

    @Override
    default Name service() {
      return about().service();
    }
  }

  /**
   * Asks a leader for room in its group, for oneself or for the group one leads. An agent that has
   * no group yet founds one for it.
   *
   * @param movers all who would come
   * @param lastResort nobody has room: take us in beyond the greatest size, and split
   */
  record Ask(Name service, int level, List<AgentBoot> movers, boolean lastResort)
      implements HierarchyMessage {
    public Ask {
      GroupId.checkLevel(level);
      movers = List.copyOf(movers);
    }
  }

  /** There is room, kept for a while: come into {@code group}, which the sender leads. */
  record Granted(GroupId group, int epoch) implements OfGroup {
    @Override
    public GroupId about() {
      return group;
    }
  }

  /**
   * There is no room, or the asked one does not lead, or is on the move itself.
   *
   * @param full it leads a group, which could take more in only to split
   */
  record Refused(Name service, int level, boolean full) implements HierarchyMessage {
    public Refused {
      GroupId.checkLevel(level);
    }
  }

  /** A leader to its members: leave {@code from} and come into {@code to}. */
  record Move(GroupId from, GroupId to, AgentBoot contact, int epoch) implements OfGroup {
    @Override
    public GroupId about() {
      return from;
    }
  }

  /** A leader to one of its members: found {@code to} and lead {@code members} there. */
  record SplitOff(GroupId from, GroupId to, List<AgentBoot> members) implements OfGroup {
    public SplitOff {
      members = List.copyOf(members);
    }

    @Override
    public GroupId about() {
      return from;
    }
  }

  /** The two sides of a healed cut both use the id {@code group}; the sender leads one of them. */
  record Claim(GroupId group, int size) implements OfGroup {
    @Override
    public GroupId about() {
      return group;
    }
  }

  /**
   * A leader to its deputies: where {@code group} stands in the level above; empty if there is
   * none.
   */
  record Mirror(GroupId group, Optional<Upward> upward) implements OfGroup {
    @Override
    public GroupId about() {
      return group;
    }
  }

  /**
   * The successor of a leader that is gone asks for its place in {@code parent}; as {@link Ask}, it
   * is answered by {@link Granted} or {@link Refused}.
   */
  record Succeed(GroupId parent, AgentBoot predecessor) implements OfGroup {
    @Override
    public GroupId about() {
      return parent;
    }
  }

  /**
   * Neither the sender nor those it asked for will come into {@code group}; no place is to be kept.
   */
  record Declined(GroupId group) implements OfGroup {
    @Override
    public GroupId about() {
      return group;
    }
  }

  Codec<HierarchyMessage> CODEC = Codec.of(HierarchyMessage::encode, HierarchyMessage::decode);

  private static void encode(HierarchyMessage message, Encoder out) {
    switch (message) {
      case Ask m ->
          out.int8(1)
              .put(Name.CODEC, m.service)
              .int8(m.level)
              .list(AgentBoot.CODEC, m.movers)
              .bool(m.lastResort);
      case Granted m -> out.int8(2).put(GroupId.CODEC, m.group).int32(m.epoch);
      case Refused m -> out.int8(3).put(Name.CODEC, m.service).int8(m.level).bool(m.full);
      case Move m ->
          out.int8(4)
              .put(GroupId.CODEC, m.from)
              .put(GroupId.CODEC, m.to)
              .put(AgentBoot.CODEC, m.contact)
              .int32(m.epoch);
      case SplitOff m ->
          out.int8(5)
              .put(GroupId.CODEC, m.from)
              .put(GroupId.CODEC, m.to)
              .list(AgentBoot.CODEC, m.members);
      case Claim m -> out.int8(6).put(GroupId.CODEC, m.group).int32(m.size);
      case Mirror m -> out.int8(7).put(GroupId.CODEC, m.group).optional(Upward.CODEC, m.upward);
      case Succeed m ->
          out.int8(8).put(GroupId.CODEC, m.parent).put(AgentBoot.CODEC, m.predecessor);
      case Declined m -> out.int8(9).put(GroupId.CODEC, m.group);
    }
  }

  private static HierarchyMessage decode(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    return switch (kind) {
      case 1 -> new Ask(in.get(Name.CODEC), in.int8(), in.list(AgentBoot.CODEC), in.bool());
      case 2 -> new Granted(in.get(GroupId.CODEC), in.int32());
      case 3 -> new Refused(in.get(Name.CODEC), in.int8(), in.bool());
      case 4 ->
          new Move(
              in.get(GroupId.CODEC), in.get(GroupId.CODEC), in.get(AgentBoot.CODEC), in.int32());
      case 5 ->
          new SplitOff(in.get(GroupId.CODEC), in.get(GroupId.CODEC), in.list(AgentBoot.CODEC));
      case 6 -> new Claim(in.get(GroupId.CODEC), in.int32());
      case 7 -> new Mirror(in.get(GroupId.CODEC), in.optional(Upward.CODEC));
      case 8 -> new Succeed(in.get(GroupId.CODEC), in.get(AgentBoot.CODEC));
      case 9 -> new Declined(in.get(GroupId.CODEC));
      default -> throw in.malformed("no hierarchy message of kind " + kind);
    };
  }
}
