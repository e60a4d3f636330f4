package io.nefele.sim.check;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts the interesting things: a run in which nobody was ever suspected proves nothing about
 * suspicions.
 */
public final class Sometimes {

  /** What should happen now and then in a long run with faults. */
  public enum Thing {
    SUSPICION("a member was suspected"),
    FALSE_SUSPICION("a member that was well was suspected"),
    REFUTATION("a suspicion was refuted"),
    FALSE_REMOVAL("a member that lived was removed"),
    TOMBSTONE_COLLECTED("a removed member was forgotten"),
    WATCH_BROKE("a watch broke"),
    REFUSAL_TOLD("an accuser told of a refusal"),
    SUPERSEDED("a life ended because a later one was at work"),
    SPLIT("a group was split"),
    MERGE("a group moved into another one"),
    LEADER_CHANGE("a group got a new leader"),
    VIEW_SHRANK("a group lost a member"),
    SUCCESSION("a deputy asked for the place of a leader that was gone"),
    CRASH_WITHIN_STEP("an agent crashed between two effects"),
    SPAWN_PLACED("a spawn was placed"),
    SPAWN_REFUSED("a spawn was refused"),
    QUOTA_REACHED("a spawn was refused because of a quota"),
    QUOTA_UNTOLD("what a tenant uses could not be told"),
    SIZE_FILLED_IN("a process was given the memory that its program used before"),
    HOLD_EXPIRED("a hold expired"),
    PROCESS_RESTARTED("a process that had ended was started again"),
    PROCESS_UNHEALTHY("a process failed its checks"),
    POOL_ANSWERED("a pool of which nobody ran answered a call"),
    PROCESS_HELD("a process waited for those that it starts after"),
    PROGRAM_FETCHED("a program came from other agents"),
    PROGRAM_TORN("a program was found damaged, and the rest of it fetched"),
    PROCESS_SUPERSEDED("a process was started in place of another"),
    PROCESS_REBALANCED("a process was moved to a server with more room"),
    PROCESS_PREEMPTED("a process gave way to others of a higher priority"),
    PROCESS_DISPLACED("a process that had given way was started elsewhere"),
    PROCESS_SURVIVED("a process outlived its agent"),
    LOST_ROW_TOLD("a peer answered for a dead agent's process"),
    GROUP_LEFT_OUT("a group was left out of a question, as it held nothing of the tenant"),
    ROWS_MISSING_NAMED("a list named whose rows it may lack"),
    OVERLOOKED_ASKED("an agent whose rows were in no answer was asked itself"),
    SILENT_AGENT_NAMED("an agent that did not answer was named"),
    MESSAGE_REPEATED("a message was sent again"),
    MESSAGE_DELIVERED("a message was delivered and taken"),
    CALL_ANSWERED("a call was answered"),
    CALL_FAILED_OVER("a call was answered by another than the one it went to first"),
    PUBLISHED_TO_MANY("what was published went to several agents"),
    SUBSCRIBER_SLOW("a subscriber did not keep up"),
    OUTSIDE_ANSWERED("somebody outside the fabric answered a call"),
    OUTSIDE_FORBIDDEN("a tenant could not reach somebody outside"),
    OUTSIDE_BY_PROXY("an agent went outside for another"),
    GATEWAY_FAILED_OVER("a message for another fabric went to another gateway than the first"),
    QUEUE_TAKEN("a sender changed over to shared memory"),
    QUEUE_NOT_YET("a sender could not change over, as messages were on their way");

    private final String meaning;

    Thing(String meaning) {
      this.meaning = meaning;
    }

    /** In words. */
    public String meaning() {
      return meaning;
    }
  }

  private final long[] counts = new long[Thing.values().length];

  public void happened(Thing thing) {
    counts[thing.ordinal()]++;
  }

  /** How often each happened. */
  public Map<Thing, Long> counts() {
    Map<Thing, Long> all = new EnumMap<>(Thing.class);
    for (Thing thing : Thing.values()) {
      all.put(thing, counts[thing.ordinal()]);
    }
    return all;
  }

  /** What never happened. */
  public Set<Thing> missing() {
    Set<Thing> missing = EnumSet.noneOf(Thing.class);
    Arrays.stream(Thing.values()).filter(t -> counts[t.ordinal()] == 0).forEach(missing::add);
    return missing;
  }

  public void addAll(Sometimes other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }
}
