package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;
import io.nefele.core.Name;
import java.util.Comparator;

/**
 * The id of a group: unique with no coordination, because the boot that founded it is part of it.
 *
 * @param service whose organisation the group belongs to
 * @param level 0 for groups of agents, i + 1 for groups of the leaders of level i
 * @param founder the life of the agent that made the id up
 * @param counter counts the ids made up by that life for that service, from 1
 */
public record GroupId(Name service, int level, AgentBoot founder, int counter)
    implements Comparable<GroupId> {
  private static final Comparator<GroupId> ORDER =
      Comparator.comparing(GroupId::service)
          .thenComparingInt(GroupId::level)
          .thenComparing(GroupId::founder)
          .thenComparingInt(GroupId::counter);

  public static final Codec<GroupId> CODEC =
      Codec.of(
          (id, out) ->
              out.put(Name.CODEC, id.service)
                  .int8(id.level)
                  .put(AgentBoot.CODEC, id.founder)
                  .int32(id.counter),
          in -> new GroupId(in.get(Name.CODEC), in.int8(), in.get(AgentBoot.CODEC), in.int32()));

  public GroupId {
    checkLevel(level);
    if (counter < 1) {
      throw new IllegalArgumentException("group counters count from 1: " + counter);
    }
  }

  /** A stranger may say anything. */
  static void checkLevel(int level) {
    if (level < 0 || level > 127) {
      throw new IllegalArgumentException("a level is 0 to 127: " + level);
    }
  }

  @Override
  public int compareTo(GroupId other) {
    return ORDER.compare(this, other);
  }

  /** As in {@code boot/0/7h3kq2m9x4.1.3}: service, level, founder, counter. */
  @Override
  public String toString() {
    return service + "/" + level + "/" + founder + "." + counter;
  }
}
