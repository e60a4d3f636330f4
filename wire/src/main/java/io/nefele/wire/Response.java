package io.nefele.wire;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;

/** What an agent answers. */
public sealed interface Response {

  /** It is done, and there is nothing more to tell. */
  record Done() implements Response {}

  /**
   * It is not done.
   *
   * @param message one or two lines that name the input and the remedy
   */
  record Failed(ErrorKind kind, String message) implements Response {}

  record Agents(List<AgentRow> agents) implements Response {}

  record Groups(List<GroupRow> groups) implements Response {}

  /**
   * @param processes the ids, as many as were asked for
   */
  record Spawned(List<ProcessId> processes) implements Response {}

  /** By what a process would be started again: one of these, with what it was granted. */
  record Described(ProcessSpec spec) implements Response {}

  /**
   * The places of a plan, which are held.
   *
   * @param plan names it, at the agent that answered
   * @param holdMillis for how long they are held
   */
  record Planned(String plan, int holdMillis, PlacingRow placing) implements Response {}

  /**
   * How something was placed.
   *
   * @param processes what came of it; none if it was refused or only planned
   */
  record Explained(List<ProcessId> processes, PlacingRow placing) implements Response {}

  /**
   * @param missing the subtrees that did not answer in time, as people know them
   */
  record Processes(List<ProcessRow> rows, List<String> missing) implements Response {}

  /**
   * Rows of processes, of which more follow in answer to the same request. They are in no order,
   * and a process may come twice: see {@link ProcessRows}.
   */
  record MoreProcesses(List<ProcessRow> rows) implements Response {}

  /** What {@link ResponseCodec#moreProcesses} made, handed on unread; received as MoreProcesses. */
  record PresentedProcesses(Bytes rows) implements Response {}

  /**
   * @param end the offset behind {@code content}: where the next read goes on
   * @param ended whether the process has ended, so that no more will come
   */
  record Output(Bytes content, long end, boolean ended) implements Response {}

  /**
   * @param offset how much input the process has got in all
   * @param closed whether it takes no more
   */
  record Taken(long offset, boolean closed) implements Response {}

  /**
   * A message taken from a mailbox.
   *
   * @param sentAtMillis the sender's wall clock, milliseconds since 1970
   */
  record Message(Optional<ProcessId> from, ProcessId to, Bytes payload, long sentAtMillis)
      implements Response {}

  /**
   * What became of a message for one or for many; it is stored in one mailbox at least.
   *
   * @param missing the parts of the fabric that did not answer in time, and may have receivers
   */
  record Receipt(List<ReceiptRow> rows, List<String> missing) implements Response {}

  /**
   * The reply to a call.
   *
   * @param from who sent it
   * @param tookMicros from the request to the reply
   * @param failovers whom the call went to before, and why it went on
   */
  record Reply(
      ProcessId from,
      Bytes payload,
      String distance,
      long rttMicros,
      long tookMicros,
      List<String> failovers)
      implements Response {}

  /**
   * A message taken from a mailbox, with what is known of it.
   *
   * @param from whom a reply goes to
   * @param topic to which it was published; empty: it was sent to this mailbox
   * @param sentAtMillis the sender's wall clock, milliseconds since 1970
   */
  record Letter(
      Optional<ProcessId> from, ProcessId to, String topic, Bytes payload, long sentAtMillis)
      implements Response {}

  /**
   * A subscription holds.
   *
   * @param mailbox where what is published goes
   * @param missing the agents that have not confirmed that they know of it
   */
  record Subscribed(ProcessId mailbox, List<String> missing) implements Response {}

  /**
   * A mailbox and the queue through which it is reached in shared memory.
   *
   * @param path a directory of the agent's server; empty: send, or receive, over the agent
   */
  record SharedQueue(ProcessId mailbox, String path) implements Response {}

  /**
   * @param bundle its name
   * @param chunks which are not there yet; none: it can be used
   */
  record Missing(String bundle, List<Integer> chunks) implements Response {}

  /**
   * An agent's cache.
   *
   * @param bytesMax how much it may hold
   */
  record Bundles(List<BundleRow> bundles, long bytesMax, BundleRow.Moved moved)
      implements Response {}

  /**
   * What became of what was published.
   *
   * @param agents how many with subscribers have answered
   * @param stored mailboxes that have it
   * @param waiting subscribers for which it waits at their agent
   * @param refused subscribers that do not get it
   * @param dropped older messages that made room for it
   * @param missing the agents with subscribers that did not answer in time
   */
  record Published(
      int agents,
      int stored,
      int waiting,
      int refused,
      int dropped,
      long tookMicros,
      List<String> missing)
      implements Response {}

  record Mailboxes(List<MailboxRow> mailboxes) implements Response {}

  /**
   * An agent, as it sees itself.
   *
   * @param epoch the number of its starts
   * @param upMillis since this one
   * @param group its level-0 group, empty while it is in none
   * @param members agents that it takes for present, itself among them
   * @param lost agents that are gone without a goodbye
   * @param processes of its own server that have not ended
   */
  record Status(
      String agent,
      String name,
      int epoch,
      long upMillis,
      String group,
      int members,
      int lost,
      int processes,
      Dropped dropped,
      Messages messages)
      implements Response {}

  /**
   * What this life of the agent has thrown away. Bytes that are no message change nothing and are
   * answered with nothing; that the first two grow means a foreign or hostile sender, or an agent
   * of another version.
   *
   * @param malformedDatagrams of gossip and discovery
   * @param malformedMessages of groups and of other agents
   * @param undeliverable messages to agents that were unknown or did not keep up
   */
  record Dropped(long malformedDatagrams, long malformedMessages, long undeliverable) {}

  /**
   * Where the messages are that this life of the agent has seen. As a sender: {@code sent =
   * accepted + refused + unanswered + inFlight}; as a host: {@code recovered + stored = delivered +
   * pending + deadLettered}.
   */
  record Messages(
      long sent,
      long accepted,
      long refused,
      long unanswered,
      long inFlight,
      long recovered,
      long stored,
      long delivered,
      long pending,
      long deadLettered) {}

  /**
   * @param agents those that have answered
   * @param missing those that should have and did not, as people know them
   */
  record AgentAnswers(List<AgentRow> agents, List<String> missing) implements Response {}

  /**
   * @param events the oldest first
   * @param missing the agents that did not answer in time, as people know them
   */
  record Events(List<EventRow> events, List<String> missing) implements Response {}

  /**
   * An agent.
   *
   * @param number its number in a local fabric, 0 if it has none
   * @param state alive, suspect or lost
   * @param group the level-0 group it is in, empty if not known
   * @param isolation how its processes are kept apart: full, userns or none
   * @param rttMicros round trip from the answering agent; 0 for itself, -1 if not known
   * @param incarnation grows with each start and each refuted suspicion
   * @param drained whether it takes no more processes
   */
  record AgentRow(
      int number,
      String id,
      String name,
      String state,
      String group,
      String isolation,
      int cpuMillisCapacity,
      long memoryBytesCapacity,
      int cpuMillisFree,
      long memoryBytesFree,
      long rttMicros,
      long incarnation,
      boolean drained) {}

  /**
   * A group of the hierarchy.
   *
   * @param level 0 for groups of servers; the top has the highest
   * @param leader agent id
   * @param members agent ids, the leader first
   * @param epoch grows with each change of leader
   */
  record GroupRow(String id, int level, String leader, List<String> members, long epoch) {}

  /**
   * A process.
   *
   * @param state requested, starting, running, exited or lost
   * @param exitCode present once it has exited; 128 + n for signal n
   * @param startedAtMillis wall clock of its server, milliseconds since 1970; 0 before its start
   * @param ageMillis how old this row's news is
   * @param stateSinceMillis wall clock at which it entered its state
   * @param cpuMillis granted, in thousandths of a core
   * @param memoryBytes granted
   * @param group the level-0 group that answers for it
   * @param usage as last measured, some seconds ago
   * @param outOfMemory whether its memory limit ended it
   * @param restarts how often it was started again
   * @param isolation how it is kept apart: full, userns or none; with a note if its limits are not
   *     enforced
   * @param health starting, healthy or unhealthy; waiting: it is held until those that it starts
   *     after are well; empty: it is not checked
   * @param labels {@code KEY=VALUE}
   * @param cpuFrom who said how much cpu it was granted: asked (its caller), tenant, history or
   *     binary; only what was asked for is a limit, too
   * @param memoryFrom the same of memory
   */
  record ProcessRow(
      ProcessId id,
      Optional<String> name,
      String tenant,
      List<String> command,
      String state,
      Optional<Integer> exitCode,
      long startedAtMillis,
      long stateSinceMillis,
      long ageMillis,
      int cpuMillis,
      long memoryBytes,
      String group,
      Usage usage,
      boolean outOfMemory,
      int restarts,
      String isolation,
      String health,
      List<String> labels,
      String cpuFrom,
      String memoryFrom) {}

  /**
   * What a process and all that it started use.
   *
   * @param cpuMicros processor time since its start
   * @param cpuMillis how much it ran lately, in thousandths of a core
   * @param memoryBytes resident; once it has ended: at most
   * @param diskBytes read from and written to disks
   */
  record Usage(long cpuMicros, int cpuMillis, long memoryBytes, long diskBytes) {}

  /**
   * A mailbox behind a name.
   *
   * @param distance server, group, datacenter or elsewhere
   * @param rttMicros measured; -1 if not known
   */
  record MailboxRow(ProcessId id, String distance, long rttMicros) {}

  /**
   * What became of a message for one mailbox.
   *
   * @param distance as in {@link MailboxRow}
   * @param tookMicros until it was known to be stored, as the sender's agent saw it
   * @param failure why it is not stored, as a person reads it; empty: it is
   */
  record ReceiptRow(
      ProcessId id, String distance, long rttMicros, long tookMicros, String failure) {}

  /**
   * Something that an agent did in one of its groups.
   *
   * @param agent id
   * @param agentName for people
   * @param sequence counts the events of one life of the agent, from 1
   * @param atMillis the agent's wall clock, milliseconds since 1970
   * @param kind formed, joined, split, merged, moved, led (the group has a new leader) or closed
   * @param why for people
   */
  record EventRow(
      String agent,
      String agentName,
      long sequence,
      long atMillis,
      String kind,
      String group,
      String why) {}

  /**
   * @param tenants by name
   * @param missing the agents that did not answer: what their servers run is not in the use
   */
  record Tenants(List<TenantRow> tenants, List<String> missing) implements Response {}

  /**
   * A tenant.
   *
   * @param users the numbers of those who may act as it, besides operators
   * @param quota what it may use at a time; 0: no limit
   * @param use what its processes, which have not ended, use now
   * @param outside what it may reach outside the fabric, as {@link io.nefele.core.OutsideRules}
   *     reads it
   * @param defaultCpuMillis what is set aside for each whose spawn does not say; 0: no default
   * @param defaultMemoryBytes the same of memory
   */
  record TenantRow(
      String name,
      List<Integer> users,
      Amounts quota,
      Amounts use,
      String outside,
      int defaultCpuMillis,
      long defaultMemoryBytes) {}

  /** Pools that are as large as there is work for them, by tenant and name. */
  record Pools(List<PoolRow> pools) implements Response {}

  /** Such a pool; see {@link Request.PutPool}. */
  record PoolRow(
      String tenant, String name, int min, int max, int idleMillis, List<String> command) {}

  /** Names that are called from outside, by agent and port. */
  record Exposures(List<ExposureRow> exposures) implements Response {}

  /**
   * A name that whoever connects to a port of an agent calls.
   *
   * @param agent its id
   * @param web whether HTTP is spoken there
   * @param name {@link #GATEWAY} if it is a gateway, which leads to all mailboxes of the tenant
   */
  record ExposureRow(
      String agent,
      String agentName,
      int port,
      boolean web,
      String tenant,
      String name,
      int timeoutMillis) {
    /** What stands in place of a name, and is none. */
    public static final String GATEWAY = "*";

    public boolean isGateway() {
      return name.equals(GATEWAY);
    }
  }

  /** The other fabrics that are known, by name. */
  record Fabrics(List<FabricRow> fabrics) implements Response {}

  /**
   * How another fabric is reached.
   *
   * @param gateways the base URL of each
   * @param keyed whether what is sent to them is signed with a key
   */
  record FabricRow(String name, List<String> gateways, boolean keyed) {}

  /** What programs have used, by tenant and program. */
  record History(List<ProgramRow> programs) implements Response {}

  /**
   * What a program has used.
   *
   * @param program stands for its binary and what else says what it does
   * @param label what it was called last
   * @param runs how many runs were seen
   * @param lastMillis when the last of them was told, milliseconds since 1970
   * @param memoryMedian half of the runs used no more, in bytes
   * @param memoryMost 95 of 100 used no more
   * @param cpuMedian half of the runs used no more, in thousandths of a core
   * @param memoryBytes what is set aside for a process whose spawn does not say
   * @param cpuMillis the same, in thousandths of a core
   */
  record ProgramRow(
      String tenant,
      String program,
      String label,
      long runs,
      long lastMillis,
      long memoryMedian,
      long memoryMost,
      int cpuMedian,
      long memoryBytes,
      int cpuMillis) {}

  /**
   * @param cpuMillis thousandths of a core, granted
   * @param memoryBytes granted
   */
  record Amounts(long processes, long cpuMillis, long memoryBytes) {}

  /**
   * A name belongs to a process now.
   *
   * @param epoch the fencing epoch: greater than that of each earlier owner
   * @param missing the agents that did not answer, which may know of another owner
   */
  record Claimed(long epoch, List<String> missing) implements Response {}

  /**
   * @param events by the agents' clocks; those of one process in the order in which one led to the
   *     other
   * @param missing the agents that did not answer in time
   */
  record ProcessEvents(List<ProcessEventRow> events, List<String> missing) implements Response {}

  /**
   * Something that happened to a process.
   *
   * @param agent id of the agent that noticed it: the process's own or, if that is gone, another
   * @param sequence counts the process events of one life of that agent, from 1
   * @param atMillis that agent's wall clock, milliseconds since 1970
   * @param kind started, renamed, exited, lost or found
   * @param why for people
   */
  record ProcessEventRow(
      String agent,
      String agentName,
      long sequence,
      long atMillis,
      String kind,
      ProcessId process,
      String tenant,
      Optional<String> name,
      String why) {}
}
