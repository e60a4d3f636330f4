package io.nefele.agent.core;

import com.google.common.net.InetAddresses;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.gossip.Member;
import io.nefele.hierarchy.GroupAdvert;
import io.nefele.hierarchy.GroupId;
import io.nefele.placement.Resources;
import io.nefele.placement.ServerFacts;
import java.util.List;
import java.util.Optional;

/**
 * What an agent tells everybody about itself: its metadata in gossip.
 *
 * @param number its number in a local fabric, 0 if it has none
 * @param messages where it listens for messages of agents and groups
 * @param isolation how its processes are kept apart
 * @param limits whether it keeps processes to the cpu and memory that they were granted
 * @param free what it had not promised to anybody when it last said so; seconds old
 * @param facts what constraints may ask of it
 * @param interests the version of what its processes have subscribed to, see {@code Interests}
 * @param outside whether messages to the world outside the fabric may go through it
 * @param groups its groups, and what it knows of those it leads
 */
public record AgentProfile(
    Name name,
    int number,
    Endpoint messages,
    Isolation isolation,
    boolean limits,
    Resources capacity,
    Resources free,
    ServerFacts facts,
    long interests,
    boolean outside,
    List<GroupAdvert> groups) {

  private static final Codec<AgentProfile> CODEC =
      Codec.of(
          (profile, out) ->
              out.put(Name.CODEC, profile.name)
                  .int32(profile.number)
                  .put(Endpoint.CODEC, profile.messages)
                  .int8(profile.isolation.ordinal())
                  .bool(profile.limits)
                  .put(Resources.CODEC, profile.capacity)
                  .put(Resources.CODEC, profile.free)
                  .put(ServerFacts.CODEC, profile.facts)
                  .int64(profile.interests)
                  .bool(profile.outside)
                  .list(GroupAdvert.CODEC, profile.groups),
          in -> {
            Name name = in.get(Name.CODEC);
            int number = in.int32();
            Endpoint messages = in.get(Endpoint.CODEC);
            // A name would have to be looked up, by whoever hears of it, whenever somebody says so.
            if (!InetAddresses.isInetAddress(messages.host())) {
              throw in.malformed("an agent has an address in numbers, not '" + messages + "'");
            }
            int isolation = in.int8();
            if (isolation < 0 || isolation >= Isolation.values().length) {
              throw in.malformed("no isolation has number " + isolation);
            }
            return new AgentProfile(
                name,
                number,
                messages,
                Isolation.values()[isolation],
                in.bool(),
                in.get(Resources.CODEC),
                in.get(Resources.CODEC),
                in.get(ServerFacts.CODEC),
                in.int64(),
                in.bool(),
                in.list(GroupAdvert.CODEC));
          });

  /** The label of servers that tells how they isolate: none, userns or full. */
  public static final String ISOLATION = "isolation";

  /** The label that says what programs can run there, as {@code uname -m} calls it. */
  public static final String ARCHITECTURE = "arch";

  /** How an agent keeps tenants' processes apart. */
  public enum Isolation {
    NONE,
    USERNS,
    FULL
  }

  /** Of a server that its owner has given no labels, and that gets outside. */
  public AgentProfile(
      Name name,
      int number,
      Endpoint messages,
      Isolation isolation,
      Resources capacity,
      Resources free,
      List<GroupAdvert> groups) {
    this(
        name, number, messages, isolation, true, capacity, free, ServerFacts.NONE, 0, true, groups);
  }

  /** The same of an agent through which nothing goes outside. */
  public AgentProfile withoutOutside() {
    return new AgentProfile(
        name, number, messages, isolation, limits, capacity, free, facts, interests, false, groups);
  }

  AgentProfile with(List<GroupAdvert> newGroups, Resources newFree) {
    return new AgentProfile(
        name, number, messages, isolation, limits, capacity, newFree, facts, interests, outside,
        newGroups);
  }

  AgentProfile withInterests(long version) {
    return new AgentProfile(
        name, number, messages, isolation, limits, capacity, free, facts, version, outside, groups);
  }

  /** The level-0 group of {@code service}, if the agent is in one. */
  Optional<GroupId> lowestGroup(Name service) {
    return groups.stream()
        .map(GroupAdvert::group)
        .filter(group -> group.level() == 0 && group.service().equals(service))
        .findFirst();
  }

  Bytes toMetadata() {
    return CODEC.toBytes(this);
  }

  /** The profile that a member tells; empty if it speaks another version of this. */
  static Optional<AgentProfile> of(Member member) {
    return member.metadata().read(CODEC);
  }
}
