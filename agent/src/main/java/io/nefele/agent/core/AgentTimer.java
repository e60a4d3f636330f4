package io.nefele.agent.core;

import io.nefele.agent.depot.DepotTimer;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.gossip.GossipTimer;
import io.nefele.hierarchy.HierarchyTimer;
import io.nefele.hierarchy.relay.RelayTimer;
import io.nefele.mailbox.CallTimer;
import io.nefele.mailbox.MailboxTimer;
import io.nefele.placement.PlacementTimer;
import io.nefele.table.tenant.QuotaTimer;

/** What a timer of the agent is for. At most one timer runs for each value. */
public sealed interface AgentTimer {

  record Gossip(GossipTimer timer) implements AgentTimer {}

  record Hierarchy(Name service, HierarchyTimer timer) implements AgentTimer {}

  /** Look whether there is a nearer group. */
  record LookForNearer() implements AgentTimer {}

  record Relay(RelayTimer timer) implements AgentTimer {}

  record TableDigest() implements AgentTimer {}

  record TableNews() implements AgentTimer {}

  /** Rows that should have come by now are not waited for any longer. */
  record RowsOverdue(long waiter) implements AgentTimer {}

  record QueryDeadline(long query) implements AgentTimer {}

  /** A leader tells again whose processes there are in its group. */
  record HoldingsDue() implements AgentTimer {}

  /** In which groups there is nothing of a tenant is not waited for any longer. */
  record HoldingsOverdue(long question) implements AgentTimer {}

  record Mailbox(MailboxTimer timer) implements ForMessages {}

  record Placement(PlacementTimer timer) implements AgentTimer {}

  /** What is not placed by now is called off. */
  record SpawnDeadline(long spawn) implements AgentTimer {}

  /** What programs have used is told to others. */
  record HistoryNews() implements AgentTimer {}

  /** What is known of programs is compared with somebody. */
  record HistoryComparison() implements AgentTimer {}

  /** A process that has ended is started again. */
  record RestartDue(ProcessId process) implements AgentTimer {}

  /** The fabric is to be asked for those that processes are to start after. */
  record StartOrderDue() implements AgentTimer {}

  /** A process is to be checked. */
  record HealthDue(ProcessId process) implements AgentTimer {}

  /** A check of a process takes too long. */
  record HealthOverdue(ProcessId process) implements AgentTimer {}

  /** A process that is to run elsewhere has had time. */
  record MoveDue(ProcessId process) implements ForRelocations {}

  /** A process that gives way to others has had time to end. */
  record GiveWayDue(ProcessId process) implements ForRelocations {}

  /** Look for places for processes that gave way to others. */
  record DisplacedDue() implements ForRelocations {}

  /** Those that may move processes say that they still do. */
  record PermitsDue() implements ForRelocations {}

  /** See whether processes of this server had better run on another. */
  record RebalanceDue() implements ForRelocations {}

  /** Look for processes of lost agents that are to run elsewhere. */
  record RescueDue() implements ForRelocations {}

  /** Tell again that something runs in place of a process. */
  record FenceDue(ProcessId old) implements AgentTimer {}

  record Depot(DepotTimer timer) implements AgentTimer {}

  /** Say that the programs of processes are still on their way. */
  record ShippingBeat() implements AgentTimer {}

  /** See what processes use. */
  record Measure() implements AgentTimer {}

  /** Compare what is registered with another agent. */
  record RegistryComparison() implements AgentTimer {}

  record Quota(QuotaTimer timer) implements AgentTimer {}

  record ErrandDeadline(long errand) implements AgentTimer {}

  /** Tell the fabric what this server has free now. */
  record ProfileRefresh() implements AgentTimer {}

  record Call(CallTimer timer) implements ForMessages {}

  /** A client is told what came of going outside, whatever it is. */
  record OutsideDue(long number) implements ForMessages {}

  /** A message for many has been reported on, or never will be. */
  record RoundDue(long round) implements ForMessages {}

  /** How much waits in mailboxes is known, or is not asked any longer. */
  record LoadsDue(long round) implements ForMessages {}

  /** A subscriber is told, whoever has confirmed its subscription. */
  record ConfirmDue(long number) implements ForMessages {}

  /** Ask again who is interested in what. */
  record InterestsDue() implements ForMessages {}

  /** The pools that this agent keeps are to be looked at. */
  record PoolsDue() implements ForMessages {}

  /** Look whether slow subscribers have room. */
  record SlowSubscribersDue() implements ForMessages {}

  /** Those of {@link Relocations}. */
  sealed interface ForRelocations extends AgentTimer {}

  /** Those of {@link Messaging}. */
  sealed interface ForMessages extends AgentTimer {}
}
