package io.nefele.wire;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import java.util.List;
import java.util.Optional;

/**
 * What a program asks of its agent. Who asks is told by the kernel (the socket's peer credentials),
 * never by the request. Each is answered by exactly one {@link Response}.
 */
public sealed interface Request {

  /** All agents that this one knows; answered by {@link Response.Agents}. */
  record ListAgents() implements Request {}

  /** The hierarchy as this agent knows it; answered by {@link Response.Groups}. */
  record ListGroups() implements Request {}

  /** What this agent says of itself; answered by {@link Response.Status}. */
  record Status() implements Request {}

  /**
   * The hierarchy of another service than the home service; answered by {@link Response.Groups}.
   */
  record ListServiceGroups(String service) implements Request {}

  /**
   * Has all agents answer for themselves, over the hierarchy; answered by {@link
   * Response.AgentAnswers}.
   *
   * @param subtree the id of a group: asks the agents below it only; empty: all
   * @param deadlineMillis after which those that have not answered are named as missing; 60,000 at
   *     most
   */
  record AskAgents(String subtree, int deadlineMillis) implements Request {}

  /**
   * What agents did in their groups, and why; answered by {@link Response.Events}.
   *
   * @param subtree as in {@link AskAgents}
   * @param sinceMillis nothing older, by each agent's wall clock, milliseconds since 1970
   */
  record ListEvents(String subtree, long sinceMillis, int deadlineMillis) implements Request {}

  /**
   * Start processes, of one kind or of several: all of them or none; answered by {@link
   * Response.Spawned}, with the ids in the order of the components.
   *
   * @param components at least one
   * @param deadlineMillis after which what has not been let go is called off, and the answer is an
   *     error of kind {@link ErrorKind#PARTIAL}; 0: none
   */
  record Spawn(List<ProcessSpec> components, int deadlineMillis) implements Request {}

  /**
   * Where would these run? Their places are held; answered by {@link Response.Planned}.
   *
   * @param holdMillis how long they are held, from 1 to 3,600,000
   */
  record Plan(List<ProcessSpec> components, int holdMillis) implements Request {}

  /**
   * Start the processes of a plan, just where it says; answered by {@link Response.Spawned}.
   *
   * @param plan of the agent that is asked
   */
  record SpawnPlan(String plan) implements Request {}

  /**
   * Why does a process run where it does? Answered by {@link Response.Explained}.
   *
   * @param process none: how the agent decided what the tenant last asked of it
   */
  record Explain(Optional<ProcessId> process, int deadlineMillis) implements Request {}

  /**
   * The tenant's processes in the whole fabric; answered by {@link Response.Processes}.
   *
   * @param allStates also those that have ended
   * @param deadlineMillis after which subtrees that have not answered are named as missing
   */
  record ListProcesses(boolean allStates, int deadlineMillis) implements Request {}

  /**
   * The same, and the answer is not limited to what one frame takes: any number of {@link
   * Response.MoreProcesses} come before {@link Response.Processes}, so that one side reads a part
   * while the other one writes the next.
   */
  record StreamProcesses(boolean allStates, int deadlineMillis) implements Request {}

  /** One process by id, in whatever state; answered by {@link Response.Processes}. */
  record Inspect(ProcessId process, int deadlineMillis) implements Request {}

  /**
   * By what a process would be started again; answered by {@link Response.Described}. It fails for
   * what is neither started again nor checked: nobody keeps that.
   */
  record Describe(ProcessId process) implements Request {}

  /**
   * Send a signal to whole process trees; answered by {@link Response.Done} once all have been
   * signalled.
   *
   * @param signal as in {@code signal(7)}
   */
  record Signal(List<ProcessId> processes, int signal) implements Request {}

  /** Wait until a process has ended; answered by {@link Response.Processes} with its last row. */
  record Wait(ProcessId process, int timeoutMillis) implements Request {}

  /**
   * The captured output of a process; answered by {@link Response.Output}.
   *
   * @param offset bytes to skip, so that a reader can follow
   */
  record ReadLog(ProcessId process, boolean standardError, long offset) implements Request {}

  /**
   * As {@link ReadLog}; what is not there yet is waited for.
   *
   * @param waitMillis 10,000 at most; the answer may come sooner with nothing
   */
  record FollowLog(ProcessId process, boolean standardError, long offset, int waitMillis)
      implements Request {}

  /**
   * Give input to a process that was started to be fed; answered by {@link Response.Taken} when it
   * has got all of it.
   *
   * @param offset how many bytes stand before these; what it has already is passed over
   * @param last whether its input ends here; at a terminal that is a Ctrl-D
   */
  record Feed(ProcessId process, long offset, Bytes content, boolean last, int timeoutMillis)
      implements Request {}

  /** The terminal of a process has another size; answered by {@link Response.Done}. */
  record Resize(ProcessId process, int rows, int columns) implements Request {}

  /**
   * Start a process on the server of another, in the namespaces, limits, environment and directory
   * of that one, and ended with it; answered by {@link Response.Spawned}.
   *
   * @param environment {@code KEY=VALUE}, added
   * @param workingDirectory absolute; empty: that of the other process
   */
  record Join(
      ProcessId beside,
      ProcessInput input,
      List<String> environment,
      String workingDirectory,
      List<String> command)
      implements Request {}

  /**
   * Send a message; answered by {@link Response.Done} when it is stored in the receiver's mailbox.
   *
   * @param as the mailbox, by name or id, that replies go to; none: the caller takes no replies
   * @param to an id or a name
   * @param timeoutMillis after which the sender is told that the receiver was not reached
   */
  record Send(Optional<String> as, String to, Bytes payload, int timeoutMillis)
      implements Request {}

  /**
   * Take the next message of a mailbox; answered by {@link Response.Message}, or by an error of
   * kind {@link ErrorKind#PARTIAL} after the time-out.
   *
   * @param as the mailbox, by name or id; a name of no process becomes a mailbox at this agent
   */
  record Receive(String as, int timeoutMillis) implements Request {}

  /** The mailboxes behind a name; answered by {@link Response.Mailboxes}. */
  record Lookup(String name, int deadlineMillis) implements Request {}

  /**
   * Send a message to one or to many; answered by {@link Response.Receipt} if it is stored in one
   * mailbox at least.
   *
   * @param as as in {@link Send}
   * @param to an {@link Address}
   * @param timeoutMillis after which the sender is told who was not reached
   */
  record Post(Optional<String> as, String to, Bytes payload, int timeoutMillis)
      implements Request {}

  /**
   * Send a message and wait for the reply; answered by {@link Response.Reply}. Whoever takes it out
   * of its mailbox replies by sending to the {@code from} that it finds on it.
   *
   * @param to an {@link Address} of one; if it is a name, and the one that was chosen is gone, the
   *     next one of that name is asked
   */
  record Call(String to, Bytes payload, int timeoutMillis) implements Request {}

  /**
   * Take the next message of a mailbox, and hear what is known of it; answered by {@link
   * Response.Letter}, or as {@link Receive}.
   */
  record Take(String as, int timeoutMillis) implements Request {}

  /**
   * Get what is published from now on; answered by {@link Response.Subscribed}. Asked again, it
   * replaces the earlier one.
   *
   * @param as the mailbox, by name or id; none: a mailbox is made, which goes with this connection
   * @param pattern as in {@link Topic}
   * @param whenFull what becomes of what is published when {@code pendingMax} messages wait
   * @param waitMillis how long {@link WhenFull#WAIT} waits
   */
  record Subscribe(
      Optional<String> as, String pattern, WhenFull whenFull, int pendingMax, int waitMillis)
      implements Request {}

  /** End a subscription; answered by {@link Response.Done}. */
  record Unsubscribe(String as, String pattern) implements Request {}

  /** Tell all subscribers of a topic; answered by {@link Response.Published}. */
  record Publish(Optional<String> as, String topic, Bytes payload, int timeoutMillis)
      implements Request {}

  /**
   * Close a mailbox that belongs to no process; answered by {@link Response.Done}. What waits in it
   * is dead-lettered.
   */
  record CloseMailbox(String as) implements Request {}

  /**
   * Read a mailbox of this server through shared memory; answered by {@link Response.SharedQueue}.
   * From then on its messages are in the shared queue: {@link Receive} and {@link Take} are
   * refused, and the reader brings what comes over the agent there with {@link TakeForQueue}.
   *
   * @param as the mailbox, by name or id; as with {@link Receive}, a new name becomes a mailbox
   */
  record OpenSharedQueue(String as) implements Request {}

  /**
   * Which mailbox is behind an address, and whether it can be written to through shared memory now;
   * answered by {@link Response.SharedQueue}. A path is told only when all that was stored at the
   * agent is in the shared queue, so that a sender which changes over keeps its order.
   *
   * @param to an {@link Address} of one
   */
  record FindSharedQueue(String to) implements Request {}

  /**
   * Take the next message that came over the agent to a mailbox with a shared queue, to put it
   * there; answered as {@link Take}. Whoever asks again has put the one before into the queue.
   */
  record TakeForQueue(String as, int timeoutMillis) implements Request {}

  /**
   * End the {@link TakeForQueue} that wait on this connection: each is answered now, with a message
   * or without; answered by {@link Response.Done}.
   */
  record LeaveSharedQueue(String as) implements Request {}

  /** What becomes of a message for a subscriber that does not keep up. */
  enum WhenFull {
    /** It is refused, and the publisher hears of it. */
    REFUSE,
    /** The oldest that waits makes room, and is counted. */
    DROP_OLDEST,
    /** It waits at the subscriber's agent for a time; the publisher does not. */
    WAIT
  }

  /**
   * Have a name for one process alone; answered by {@link Response.Claimed}. Refused while another
   * process has it and is not known to have ended or to be lost.
   */
  record Claim(ProcessId process, String name, int timeoutMillis) implements Request {}

  /** Give up a name that a process has for itself; answered by {@link Response.Done}. */
  record Release(ProcessId process, String name) implements Request {}

  /**
   * Any other request, made as a tenant; refused if the caller may not act as it. Answered as the
   * request is.
   */
  record As(String tenant, Request request) implements Request {}

  /**
   * The tenants that the caller may act as, and what they use; answered by {@link
   * Response.Tenants}.
   */
  record ListTenants(int deadlineMillis) implements Request {}

  /**
   * Make a tenant; for operators; answered by {@link Response.Done}.
   *
   * @param processes the most that it may have at a time; 0: no limit, as for the others
   * @param cpuMillis thousandths of a core granted to them
   * @param memoryBytes granted to them
   */
  record CreateTenant(String tenant, long processes, long cpuMillis, long memoryBytes)
      implements Request {}

  /**
   * Have an agent take no more processes, and move those that can be started again elsewhere; or
   * take processes again. For operators; answered by {@link Response.Done} before any is moved.
   *
   * @param agent id, name, or number in a local fabric
   */
  record Drain(String agent, boolean drained) implements Request {}

  /**
   * Which chunks of a bundle does this agent lack? Answered by {@link Response.Missing}. A bundle
   * is its tenant's: no other can use it, or find out that it is there.
   *
   * @param manifest an encoded {@link Manifest}, whose SHA-256 is the bundle's name
   */
  record OfferBundle(Bytes manifest) implements Request {}

  /**
   * Give the agent a chunk of a bundle that was offered to it; answered by {@link Response.Done}
   * when it is stored, and that of the last one when the bundle is ready to be used.
   *
   * @param chunk counted over all files, from 0
   */
  record PutChunk(String bundle, int chunk, Bytes content) implements Request {}

  /**
   * The bundles of the agent's cache that the caller may use; answered by {@link Response.Bundles}.
   */
  record ListBundles() implements Request {}

  /** Remove a tenant that has no processes; for operators; answered by {@link Response.Done}. */
  record RemoveTenant(String tenant, int deadlineMillis) implements Request {}

  /**
   * Let users act as a tenant, or no longer; for operators; answered by {@link Response.Done}.
   *
   * @param users numbers of users
   * @param revoked of those who may no longer
   */
  record GrantTenant(String tenant, List<Integer> users, List<Integer> revoked)
      implements Request {}

  /**
   * Change a tenant's quota; for operators; answered by {@link Response.Done}. Nothing is ended
   * because of it.
   *
   * @param processes as in {@link CreateTenant}; -1: as it is, as for the others
   */
  record SetQuota(String tenant, long processes, long cpuMillis, long memoryBytes)
      implements Request {}

  /**
   * Say what a tenant may reach outside the fabric; for operators; answered by {@link
   * Response.Done}. What is on its way goes on.
   *
   * @param tenant also one that nobody made: of the user that agents run as
   * @param rules as {@link io.nefele.core.OutsideRules} reads them
   */
  record SetOutside(String tenant, String rules) implements Request {}

  /**
   * Have the asked agent listen on a port, and call one of a name with whatever comes in there;
   * answered by {@link Response.Done} when it listens. Lasts until {@link Unexpose}, also over
   * restarts of the agent.
   *
   * @param name of the tenant that the caller acts as
   * @param web whether HTTP is spoken: a POST is a call, and its answer the reply. Otherwise all
   *     bytes until the other side ends are a call, and the reply is written back.
   * @param timeoutMillis for how long a reply is waited, from 1 to 3,600,000
   */
  record Expose(String name, int port, boolean web, int timeoutMillis) implements Request {}

  /**
   * Have the asked agent listen on a port at which other fabrics reach all mailboxes of the tenant
   * that the caller acts as; answered and lasting as {@link Expose}.
   *
   * @param timeoutMillis for how long a reply is waited, or that a message is stored, from 1 to
   *     3,600,000
   * @param key who sends has to prove that it has that; empty: nobody has to. From 16 to 4,096
   *     bytes.
   */
  record ExposeGateway(int port, int timeoutMillis, Bytes key) implements Request {}

  /** Listen on that port no longer; answered by {@link Response.Done}. */
  record Unexpose(int port) implements Request {}

  /**
   * Have a pool of processes behind a name that is as large as there is work for it; in place of
   * one of that name that is there. Answered by {@link Response.Done}.
   *
   * @param min how many there are at least
   * @param max how many at most
   * @param idleMillis after how long without a message one of more than {@code min} is ended
   * @param spec by which they are started; name and count in it mean nothing
   */
  record PutPool(String name, int min, int max, int idleMillis, ProcessSpec spec)
      implements Request {}

  /** End a pool and its processes; answered by {@link Response.Done}. */
  record RemovePool(String name) implements Request {}

  /** The pools of the caller's tenants; answered by {@link Response.Pools}. */
  record ListPools() implements Request {}

  /**
   * Say how another fabric is reached, in place of what was said of it before; for operators;
   * answered by {@link Response.Done}.
   *
   * @param name as {@link io.nefele.core.FabricName} reads it
   * @param gateways {@code http://HOST[:PORT]} or {@code https://HOST[:PORT]} of each, from 1 to 8
   * @param key as its gateways have it; see {@link ExposeGateway}
   */
  record PutFabric(String name, List<String> gateways, Bytes key) implements Request {}

  /** Have another fabric be unknown; for operators; answered by {@link Response.Done}. */
  record RemoveFabric(String name) implements Request {}

  /** The other fabrics that are known; answered by {@link Response.Fabrics}. */
  record ListFabrics() implements Request {}

  /** What all agents expose for the caller's tenants; answered by {@link Response.Exposures}. */
  record ListExposures() implements Request {}

  /**
   * What is set aside for processes of a tenant whose spawn does not say; for operators; answered
   * by {@link Response.Done}.
   *
   * @param cpuMillis thousandths of a core; 0: no default, -1: as it is, as for the other
   */
  record SetDefaults(String tenant, int cpuMillis, long memoryBytes) implements Request {}

  /** What the caller's programs have used; answered by {@link Response.History}. */
  record ListHistory() implements Request {}

  /**
   * What happened to the processes that the caller sees; answered by {@link
   * Response.ProcessEvents}.
   *
   * @param sinceMillis nothing older, by each agent's wall clock, milliseconds since 1970
   */
  record ListProcessEvents(long sinceMillis, int deadlineMillis) implements Request {}
}
