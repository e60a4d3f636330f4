package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;

/**
 * What an agent tells all others through gossip about one group it is in.
 *
 * @param group the group; its id names service and level
 * @param leader who leads it, as far as the teller knows
 * @param epoch grows with each change of the leader
 * @param size how many members it has; told by the leader alone, 0 from all others
 */
public record GroupAdvert(GroupId group, AgentBoot leader, int epoch, int size) {
  public static final Codec<GroupAdvert> CODEC =
      Codec.of(
          (advert, out) ->
              out.put(GroupId.CODEC, advert.group)
                  .put(AgentBoot.CODEC, advert.leader)
                  .int32(advert.epoch)
                  .int32(advert.size),
          in ->
              new GroupAdvert(
                  in.get(GroupId.CODEC), in.get(AgentBoot.CODEC), in.int32(), in.int32()));

  public GroupAdvert {
    if (epoch < 1 || size < 0) {
      throw new IllegalArgumentException(
          "epoch >= 1 and size >= 0 must hold: " + epoch + ", " + size);
    }
  }

  public int level() {
    return group.level();
  }

  /** Whether the leader itself tells this. */
  public boolean byLeader() {
    return size > 0;
  }
}
