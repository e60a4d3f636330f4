package io.nefele.agent.core;

import io.nefele.agent.depot.DepotEffect;
import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.gossip.GossipMessage;
import io.nefele.gossip.MemberEvent;
import io.nefele.hierarchy.GroupId;
import io.nefele.hierarchy.HierarchyEvent;
import io.nefele.hierarchy.relay.QuestionId;
import io.nefele.mailbox.Envelope;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import io.nefele.table.ProcessRow;
import io.nefele.table.history.ProgramUse;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.wire.Address;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an agent wants done. Executed in the order given; {@link Persist}, {@link Register} and
 * {@link Forget} are complete before what stands after them is begun.
 */
public sealed interface AgentEffect {

  /** Unreliably, as one datagram. */
  record SendDatagram(Endpoint to, GossipMessage message) implements AgentEffect {}

  /** Reliably if the other side is there, of any size. */
  record SendStream(Endpoint to, GossipMessage message) implements AgentEffect {}

  /** Hold a connection for so long, and tell {@link AgentInput.WatchBroken} if it breaks. */
  record Watch(Endpoint to, Duration lease) implements AgentEffect {}

  /** Membership has changed; the transports' own books follow. */
  record MembershipChanged(MemberEvent event) implements AgentEffect {}

  /** From now on {@code agent} is reached for messages at {@code endpoint}. */
  record Learn(AgentBoot agent, Endpoint endpoint) implements AgentEffect {}

  /** {@code agent} is gone. */
  record Unlearn(AgentBoot agent) implements AgentEffect {}

  record OpenGroup(GroupId group, List<AgentBoot> contacts) implements AgentEffect {}

  record CloseGroup(GroupId group) implements AgentEffect {}

  record Broadcast(GroupId group, AgentMessage message) implements AgentEffect {}

  record Send(AgentBoot to, AgentMessage message) implements AgentEffect {}

  /** Replaces the timer of the same value. */
  record SetTimer(AgentTimer timer, Duration delay) implements AgentEffect {}

  record CancelTimer(AgentTimer timer) implements AgentEffect {}

  /** Write an own row down, so that it is there after a crash. */
  record Persist(ProcessRow row) implements AgentEffect {}

  /** Write down what all agents know, so that it is there after a crash. */
  record Register(RegistryEntry entry) implements AgentEffect {}

  /** Write down what this agent has seen a program use, so that it is there after a crash. */
  record KeepUse(ProgramUse use) implements AgentEffect {}

  /** What was written down with that key need not be kept any longer. */
  record ForgetUse(ProgramUse.Key key) implements AgentEffect {}

  /** Write down that a placement request is open here, so that it is there after a crash. */
  record KeepOpenRequest(RequestKey key, List<AgentId> participants) implements AgentEffect {}

  /** What was written down of that request need not be kept any longer. */
  record ForgetOpenRequest(RequestKey key) implements AgentEffect {}

  /** Own rows need not be kept any longer, nor what their processes wrote. */
  record Forget(List<ProcessId> processes) implements AgentEffect {}

  /**
   * Make a process. Answered by {@link AgentInput.ProcessGated} if it is gated, else by {@link
   * AgentInput.ProcessStarted}; or by {@link AgentInput.ProcessFailed}.
   *
   * @param beside a process that it joins: its namespaces, limits, environment and directory
   */
  record Spawn(
      ProcessId process, ProcessTemplate template, boolean gated, Optional<ProcessId> beside)
      implements AgentEffect {

    /** A process by itself. */
    public Spawn(ProcessId process, ProcessTemplate template, boolean gated) {
      this(process, template, gated, Optional.empty());
    }
  }

  /**
   * Try whether a process takes connections at a port of its own network's loopback. Answered as if
   * {@code check} were a process that was made beside it: its exit code is 0 if it does.
   *
   * @param tenant whose process it is
   */
  record TryPort(ProcessId check, Name tenant, ProcessId beside, int port) implements AgentEffect {}

  /** Let gated processes run; each is answered by {@link AgentInput.ProcessStarted}. */
  record Release(List<ProcessId> processes) implements AgentEffect {}

  /**
   * End gated processes before their first instruction; each is answered by {@link
   * AgentInput.ProcessExited}.
   */
  record Abort(List<ProcessId> processes) implements AgentEffect {}

  /** Signal a process and all that it started. */
  record Signal(ProcessId process, int signal) implements AgentEffect {}

  /** See what processes use; answered by {@link AgentInput.Measured}. */
  record Measure() implements AgentEffect {}

  /** The exit is written down; the process host may forget it. */
  record AcknowledgeExit(ProcessId process) implements AgentEffect {}

  /**
   * Read captured output; answered by {@link AgentInput.LogRead}.
   *
   * @param waitMillis how long to wait if there is nothing behind the offset; the end of the
   *     process ends the wait
   */
  record ReadLog(long token, ProcessId process, boolean standardError, long offset, int waitMillis)
      implements AgentEffect {}

  /** Give a process input; answered by {@link AgentInput.InputTaken}, or by its end. */
  record Feed(ProcessId process, long offset, Bytes content, boolean last) implements AgentEffect {}

  /** The terminal of a process has another size. */
  record Resize(ProcessId process, int rows, int columns) implements AgentEffect {}

  /** Append to a mailbox of this server; answered by {@link AgentInput.MessageStored}. */
  record Store(long token, ProcessId mailbox, Envelope envelope) implements AgentEffect {}

  /** Take from a mailbox of this server; answered by {@link AgentInput.MessageTaken}. */
  record Take(long token, ProcessId mailbox) implements AgentEffect {}

  /**
   * Make the shared queue of a mailbox of this server, if it is not there; answered by {@link
   * AgentInput.SharedQueueOpened} or {@link AgentInput.SharedQueueFailed}.
   *
   * @param tenant whose mailbox it is
   * @param uid the user who alone may use it
   */
  record OpenSharedQueue(long token, ProcessId mailbox, Name tenant, int uid)
      implements AgentEffect {}

  /** Keep a note with a mailbox of this server, in place of the one before; empty: none. */
  record KeepNote(ProcessId mailbox, Bytes note) implements AgentEffect {}

  /** Delete a mailbox of this server, and its shared queue. */
  record Discard(ProcessId mailbox) implements AgentEffect {}

  /** Bundles on the disk; answered by {@link AgentInput.OfDepot}, as each says. */
  record OfDepot(DepotEffect.OnDisk work) implements AgentEffect {}

  /**
   * Find out where a host outside the fabric is; answered by {@link AgentInput.LookedUp} before the
   * time is over.
   *
   * @param host a name or an address
   */
  record LookUp(long token, String host, int timeoutMillis) implements AgentEffect {}

  /**
   * Go outside the fabric, to just these addresses, the next one if the one before refuses;
   * answered by {@link AgentInput.CameBack} before the time is over.
   *
   * @param to what is spoken there, and what for
   * @param gateway there if it is one: then its answer tells what came of it
   * @param connectMillis when to give up if there is no connection
   */
  record GoOutside(
      long token,
      OutsideOrder.Kind kind,
      Address.Server to,
      Optional<Gateway> gateway,
      List<OutsideAddress> addresses,
      Bytes payload,
      int connectMillis,
      int timeoutMillis)
      implements AgentEffect {}

  /**
   * Take connections from outside at a port; answered by {@link AgentInput.Listening} or {@link
   * AgentInput.ListenFailed}. Each that has said what it wants is a {@link
   * AgentInput.CalledFromOutside} or, at a gateway, an {@link AgentInput.CameThroughGateway}, to be
   * answered by {@link Reply}.
   *
   * @param behind what is spoken there, and who has to prove what
   */
  record Listen(int port, RegistryEntry.Behind behind) implements AgentEffect {}

  /** Take no more connections at that port. */
  record StopListening(int port) implements AgentEffect {}

  record Reply(ClientToken token, Response response) implements AgentEffect {}

  /** For whoever watches: the hierarchy changed, and why. */
  record Told(HierarchyEvent event) implements AgentEffect {}

  /** For whoever watches: a question to the fabric has reached this agent. */
  record Questioned(QuestionId id) implements AgentEffect {}

  /** A later life of this very agent is at work: this one has to stop without a word. */
  record Superseded(AgentBoot by) implements AgentEffect {}

  /** The agent has left and may be stopped. */
  record Stopped() implements AgentEffect {}
}
