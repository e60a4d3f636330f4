package io.nefele.agent.core;

import io.nefele.agent.depot.DepotInput;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.ProcessId;
import io.nefele.gossip.GossipMessage;
import io.nefele.hierarchy.GroupId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.RefusalReason;
import io.nefele.mailbox.StoredState;
import io.nefele.placement.RequestKey;
import io.nefele.table.ProcessRow;
import io.nefele.table.history.ProgramUse;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What happens to an agent. */
public sealed interface AgentInput {

  /**
   * The agent has started; the first input.
   *
   * @param rows its own rows as its disk had them
   * @param processes what the process host still has of earlier boots
   * @param mailboxes what the mailbox store still has of earlier boots
   * @param sharedQueues where the mailboxes are that are read through shared memory
   * @param registry what it knew of tenants and names when its disk was last written
   * @param history what it had seen programs use then
   * @param openRequests the placement requests that were open here, and their participants
   * @param bundles the programs that the cache still has of earlier boots
   */
  record Booted(
      List<ProcessRow> rows,
      SortedMap<ProcessId, Survivor> processes,
      SortedMap<ProcessId, StoredState> mailboxes,
      SortedMap<ProcessId, String> sharedQueues,
      List<RegistryEntry> registry,
      List<ProgramUse> history,
      SortedMap<RequestKey, List<AgentId>> openRequests,
      List<DepotInput.Stored> bundles)
      implements AgentInput {}

  /** What became of a process while its agent was away. */
  sealed interface Survivor {

    /** Held at its gate. */
    record Gated() implements Survivor {}

    record Running() implements Survivor {}

    record Exited(Ending ending) implements Survivor {}
  }

  /** Discovery found somebody at these places. */
  record Discovered(List<Endpoint> endpoints) implements AgentInput {}

  record GossipArrived(Endpoint from, GossipMessage message) implements AgentInput {}

  /** On the host of an endpoint that a stream was sent to, nothing listens at that port. */
  record StreamRefused(Endpoint to) implements AgentInput {}

  /** A watch of an endpoint could not be opened, or was closed from there. */
  record WatchBroken(Endpoint to) implements AgentInput {}

  /** The agreed members of a group that this agent is in, the leader first. */
  record ViewInstalled(GroupId group, List<AgentBoot> members) implements AgentInput {}

  /** A broadcast in a group, or a message to this agent alone. */
  record MessageArrived(AgentBoot from, AgentMessage message) implements AgentInput {}

  record TimerFired(AgentTimer timer) implements AgentInput {}

  /** What the transports have thrown away so far; comes before a client asks for it. */
  record DropsCounted(Response.Dropped dropped) implements AgentInput {}

  /**
   * A program asks for something.
   *
   * @param programs what was found out about those that it wants to have started, one for each
   *     component; empty: nothing
   */
  record ClientAsked(ClientToken token, Caller caller, Request request, List<ProgramFacts> programs)
      implements AgentInput {

    /** Of which nothing was found out. */
    public ClientAsked(ClientToken token, Caller caller, Request request) {
      this(token, caller, request, List.of());
    }
  }

  /**
   * The result of {@link AgentEffect.OpenSharedQueue}.
   *
   * @param path its directory; empty: it can't be shared with that user
   */
  record SharedQueueOpened(long token, ProcessId mailbox, String path) implements ForMessages {}

  record SharedQueueFailed(long token, String reason) implements ForMessages {}

  /** A client's connection is closed; nothing more can be told it. */
  record ClientGone(long connection) implements AgentInput {}

  /** A gated process is there, held before its first instruction. */
  record ProcessGated(ProcessId process) implements AgentInput {}

  record ProcessStarted(ProcessId process) implements AgentInput {}

  /** A process could not be made. */
  record ProcessFailed(ProcessId process, String reason) implements AgentInput {}

  record ProcessExited(ProcessId process, Ending ending) implements AgentInput {}

  /** The outcome of {@link AgentEffect.Measure}: those that have done something since the last. */
  record Measured(List<Measurement> measurements) implements AgentInput {}

  /**
   * What a process and all that it started have used so far.
   *
   * @param memoryBytes resident now
   */
  record Measurement(ProcessId process, long cpuMicros, long memoryBytes, long diskBytes) {}

  /**
   * How a process ended.
   *
   * @param exitCode 128 + n if signal n ended it
   * @param outOfMemory whether its memory limit ended it
   * @param memoryBytes resident at most
   */
  record Ending(
      int exitCode, long atMillis, boolean outOfMemory, long cpuMicros, long memoryBytes) {

    /** Of one that used nothing. */
    public Ending(int exitCode, long atMillis) {
      this(exitCode, atMillis, false, 0, 0);
    }
  }

  /**
   * The outcome of {@link AgentEffect.Feed}.
   *
   * @param offset how much the process has got in all
   * @param closed whether it takes no more
   */
  record InputTaken(ProcessId process, long offset, boolean closed) implements AgentInput {}

  /** The outcome of {@link AgentEffect.ReadLog}. */
  record LogRead(long token, Bytes content, long end) implements AgentInput {}

  /** The outcome of {@link AgentEffect.Store}: empty if it is stored. */
  record MessageStored(long token, Optional<RefusalReason> refusal) implements ForMessages {}

  /** The outcome of {@link AgentEffect.OfDepot}. */
  record OfDepot(DepotInput.FromDisk done) implements AgentInput {}

  /** The outcome of {@link AgentEffect.Take}. */
  record MessageTaken(long token, Optional<Envelope> envelope) implements ForMessages {}

  /** The outcome of {@link AgentEffect.LookUp}: nothing if no address is known. */
  record LookedUp(long token, List<OutsideAddress> addresses) implements ForMessages {}

  /** The outcome of {@link AgentEffect.GoOutside}. */
  record CameBack(long token, OutsideOutcome outcome) implements ForMessages {}

  /** An outcome of {@link AgentEffect.Listen}. */
  record Listening(int port) implements ForMessages {}

  /** The other one. */
  record ListenFailed(int port, String why) implements ForMessages {}

  /**
   * Somebody outside wants something.
   *
   * @param token of its connection; negative, which that of no client is
   */
  record CalledFromOutside(ClientToken token, int port, Bytes payload) implements ForMessages {}

  /**
   * Another fabric wants something of somebody here, and has the key if there is one.
   *
   * @param token as that of whoever calls from outside
   * @param kind to send or to call
   * @param to an address, as it wrote it
   */
  record CameThroughGateway(
      ClientToken token, int port, OutsideOrder.Kind kind, String to, Bytes payload)
      implements ForMessages {}

  /** All processes of this server are about to be ended: none is started again. */
  record ProcessesEnding() implements AgentInput {}

  /** Leave the fabric in good order; {@link AgentEffect.Stopped} follows. */
  record LeaveRequested() implements AgentInput {}

  /** What {@link Messaging} waits for. */
  sealed interface ForMessages extends AgentInput {}

  /** For {@link Booted} of an agent that has no past. */
  static Booted firstBoot() {
    return new Booted(
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        List.of(),
        new TreeMap<>(),
        List.of());
  }
}
