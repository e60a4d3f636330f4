package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import io.nefele.core.Codec;
import io.nefele.hierarchy.Phase.Inside;
import java.util.List;

/**
 * What the leader of a group knows upward: where its group stands in the level above. Its deputies
 * hold a copy, so that a successor takes the same place.
 *
 * @param parent the group above that the leader is a member of
 * @param contacts its leader and those who would lead it next
 */
public record Upward(GroupId parent, List<AgentBoot> contacts) {
  private static final int CONTACTS = 3;

  public static final Codec<Upward> CODEC =
      Codec.of(
          (upward, out) ->
              out.put(GroupId.CODEC, upward.parent).list(AgentBoot.CODEC, upward.contacts),
          in -> new Upward(in.get(GroupId.CODEC), in.list(AgentBoot.CODEC)));

  public Upward {
    contacts = List.copyOf(contacts);
  }

  static Upward of(Inside above) {
    List<AgentBoot> members = above.members();
    return new Upward(above.group(), members.subList(0, Math.min(CONTACTS, members.size())));
  }
}
