package io.nefele.lib;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Response.ProcessRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A program's connection to its agent, and through it to the whole fabric.
 *
 * <p>Every method blocks until the agent has answered. One object serves any number of threads,
 * virtual ones too; their requests are in flight together. A thread that is interrupted while it
 * sends breaks the connection for all (the frame is then cut off in the middle); one interrupted
 * while it waits only gives up its own answer.
 *
 * <p>An agent that crashes or is restarted is waited for, about half a minute at most: later calls
 * go to its next life, and calls that wait for an answer are put again, except {@link #spawn},
 * {@link #signal} and {@link #send}, of which the agent may have carried out some already.
 *
 * <p>Every method throws {@link NefeleException}: of kind {@code UNREACHABLE} if the agent is not
 * there, does not come back, or stays silent far beyond the deadline it was given; of the kind that
 * the agent names otherwise.
 */
public final class Nefele implements AutoCloseable {
  /** How long a restarted agent may take until it answers again. */
  private static final Duration RETURN_PATIENCE = Duration.ofSeconds(30);

  private static final Duration SHIPPING_PATIENCE = Duration.ofHours(1);

  private final Asking asking;

  private Nefele(Asking asking) {
    this.asking = asking;
  }

  /**
   * The same connection, whose requests are made as {@code tenant}; they are refused if the caller
   * may not act as it. Closing either closes both.
   */
  public Nefele as(String tenant) {
    return new Nefele(asking.as(tenant));
  }

  /**
   * Connects to the agent of this process, or else to an agent of this user on this machine; see
   * {@link AgentSockets#candidates}.
   */
  public static Nefele connect() throws NefeleException {
    return connectToFirst(AgentSockets.candidates(System.getenv()));
  }

  /** Connects to the agent that listens at {@code socket}. */
  public static Nefele connect(Path socket) throws NefeleException {
    return connect(socket, RETURN_PATIENCE);
  }

  /**
   * As {@link #connect(Path)}, with another limit to the time that an agent which goes away is
   * waited for.
   */
  public static Nefele connect(Path socket, Duration returnPatience) throws NefeleException {
    return new Nefele(new Asking(AgentLink.open(socket, returnPatience), Optional.empty()));
  }

  /**
   * Connects to the first of {@code sockets} at which an agent listens.
   *
   * @param sockets at least one
   * @throws NefeleException the first socket's failure, if no agent listens at any
   */
  public static Nefele connectToFirst(List<Path> sockets) throws NefeleException {
    NefeleException first = null;
    for (Path socket : sockets) {
      try {
        return connect(socket);
      } catch (NefeleException e) {
        first = first == null ? e : first;
      }
    }
    throw first == null
        ? new NefeleException(ErrorKind.USAGE, "no socket to connect to was given")
        : first;
  }

  /** All agents that the agent knows. */
  public List<Response.AgentRow> agents() throws NefeleException {
    return asking.ask(new Request.ListAgents(), Asking.PATIENCE, Response.Agents.class).agents();
  }

  /** The hierarchy as the agent knows it. */
  public List<Response.GroupRow> groups() throws NefeleException {
    return asking.ask(new Request.ListGroups(), Asking.PATIENCE, Response.Groups.class).groups();
  }

  /** What the agent says of itself. */
  public Response.Status status() throws NefeleException {
    return asking.ask(new Request.Status(), Asking.PATIENCE, Response.Status.class);
  }

  /** The hierarchy of {@code service} as the agent knows it. */
  public List<Response.GroupRow> groups(String service) throws NefeleException {
    return asking
        .ask(new Request.ListServiceGroups(service), Asking.PATIENCE, Response.Groups.class)
        .groups();
  }

  /**
   * Has all agents answer for themselves now, over the hierarchy.
   *
   * @param subtree the id of a group: the agents below it only; empty: all
   * @param deadline after which those that have not answered are named as missing
   */
  public Response.AgentAnswers askAgents(String subtree, Duration deadline) throws NefeleException {
    return asking.ask(
        new Request.AskAgents(subtree, Asking.millis(deadline)),
        deadline.plus(Asking.GRACE),
        Response.AgentAnswers.class);
  }

  /**
   * What agents did in their groups, and why.
   *
   * @param subtree as in {@link #askAgents}
   * @param sinceMillis nothing older, by each agent's wall clock, milliseconds since 1970
   */
  public Response.Events events(String subtree, long sinceMillis, Duration deadline)
      throws NefeleException {
    return asking.ask(
        new Request.ListEvents(subtree, sinceMillis, Asking.millis(deadline)),
        deadline.plus(Asking.GRACE),
        Response.Events.class);
  }

  /**
   * Starts processes that are the same as each other, all or none.
   *
   * @return their ids, as many as were asked for
   */
  public List<ProcessId> spawn(ProcessSpec spec) throws NefeleException {
    return spawn(List.of(spec));
  }

  /**
   * Starts a cluster of dissimilar processes, all or none.
   *
   * @param specs at least one
   * @return their ids, as many as were asked for, in the order of {@code specs}
   */
  public List<ProcessId> spawn(List<ProcessSpec> specs) throws NefeleException {
    return asking
        .ask(new Request.Spawn(List.copyOf(specs), 0), patience(specs), Response.Spawned.class)
        .processes();
  }

  /** A program takes its time on slow links; agents that lose each other say so sooner. */
  private static Duration patience(List<ProcessSpec> specs) {
    return specs.stream().anyMatch(spec -> spec.bundle().isPresent())
        ? SHIPPING_PATIENCE
        : Asking.PATIENCE;
  }

  /** The programs that the agent has, and that it is given. */
  public Bundles bundles() {
    return new Bundles(asking);
  }

  /**
   * As {@link #spawn(List)}, but what is not there after {@code deadline} is called off.
   *
   * @throws NefeleException of kind {@link ErrorKind#PARTIAL} if that happens
   */
  public List<ProcessId> spawn(List<ProcessSpec> specs, Duration deadline) throws NefeleException {
    return asking
        .ask(
            new Request.Spawn(List.copyOf(specs), Math.max(1, Asking.millis(deadline))),
            deadline.plus(Asking.GRACE),
            Response.Spawned.class)
        .processes();
  }

  /**
   * Decides where a cluster of processes would run, and holds those places.
   *
   * @param hold for how long, an hour at most
   */
  public Response.Planned plan(List<ProcessSpec> specs, Duration hold) throws NefeleException {
    return asking.ask(
        new Request.Plan(List.copyOf(specs), Asking.millis(hold)),
        Asking.PATIENCE,
        Response.Planned.class);
  }

  /**
   * Starts the processes of a plan just where it says, all or none.
   *
   * @param plan as told by {@link #plan}, by the same agent
   */
  public List<ProcessId> spawnPlan(String plan) throws NefeleException {
    return asking
        .ask(new Request.SpawnPlan(plan), Asking.PATIENCE, Response.Spawned.class)
        .processes();
  }

  /**
   * Why a process runs where it does.
   *
   * @param process none: how the agent decided what was last asked of it
   */
  public Response.Explained explain(Optional<ProcessId> process, Duration deadline)
      throws NefeleException {
    return asking.ask(
        new Request.Explain(process, Asking.millis(deadline)),
        deadline.plus(Asking.GRACE),
        Response.Explained.class);
  }

  /**
   * The tenant's processes in the whole fabric.
   *
   * @param allStates also those that have ended
   * @param deadline after which the answer comes without the subtrees that are still silent
   * @return the rows, and the names of the subtrees that are missing
   */
  public Response.Processes ps(boolean allStates, Duration deadline) throws NefeleException {
    return asking.ask(
        new Request.StreamProcesses(allStates, Asking.millis(deadline)),
        deadline.plus(Asking.GRACE),
        Response.Processes.class);
  }

  /** One process, in whatever state; empty rows if its subtree is among the missing. */
  public Response.Processes inspect(ProcessId process, Duration deadline) throws NefeleException {
    return asking.ask(
        new Request.Inspect(process, Asking.millis(deadline)),
        deadline.plus(Asking.GRACE),
        Response.Processes.class);
  }

  /**
   * By what a process would be started again: its own spec, with what it was granted.
   *
   * @throws NefeleException of kind {@code FAILED} for what is neither started again nor checked
   */
  public ProcessSpec describe(ProcessId process) throws NefeleException {
    return asking
        .ask(new Request.Describe(process), Asking.PATIENCE, Response.Described.class)
        .spec();
  }

  /**
   * Signals whole process trees.
   *
   * @param signal as in {@code signal(7)}
   */
  public void signal(List<ProcessId> processes, int signal) throws NefeleException {
    asking.ask(new Request.Signal(processes, signal), Asking.PATIENCE, Response.Done.class);
  }

  /**
   * Waits until {@code process} has ended.
   *
   * @return its last row
   * @throws NefeleException of kind {@code PARTIAL} if it still runs after {@code timeout}
   */
  public ProcessRow await(ProcessId process, Duration timeout) throws NefeleException {
    Response.Processes last =
        asking.ask(
            new Request.Wait(process, Asking.millis(timeout)),
            timeout.plus(Asking.GRACE),
            Response.Processes.class);
    return last.rows().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new NefeleException(
                    ErrorKind.PARTIAL,
                    "nobody who answered knows process "
                        + process
                        + "; missing: "
                        + String.join(", ", last.missing())));
  }

  /**
   * Sends a message. When this returns, the message is stored in the receiver's mailbox.
   *
   * @param as the mailbox that replies go to, by name or id
   * @param to an id or a name
   * @param payload up to {@link Frame#MAX_PAYLOAD_BYTES}
   */
  public void send(Optional<String> as, String to, Bytes payload, Duration timeout)
      throws NefeleException {
    Asking.checkSize(payload);
    asking.ask(
        new Request.Send(as, to, payload, Asking.millis(timeout)),
        timeout.plus(Asking.GRACE),
        Response.Done.class);
  }

  /**
   * Takes the next message of a mailbox.
   *
   * @param as the mailbox, by name or id
   * @return the message; empty if none came within {@code timeout}
   */
  public Optional<Response.Message> receive(String as, Duration timeout) throws NefeleException {
    return asking.take(
        new Request.Receive(as, Asking.millis(timeout)), timeout, Response.Message.class);
  }

  /**
   * Sends a message to one or to many, and tells what became of it.
   *
   * @param as the mailbox that replies go to, by name or id
   * @param to an address, see {@link io.nefele.wire.Address}
   * @return what became of it with each receiver; it is stored with one at least
   */
  public Response.Receipt post(Optional<String> as, String to, Bytes payload, Duration timeout)
      throws NefeleException {
    Asking.checkSize(payload);
    return asking.ask(
        new Request.Post(as, to, payload, Asking.millis(timeout)),
        timeout.plus(Asking.GRACE),
        Response.Receipt.class);
  }

  /**
   * Sends a message and waits for the reply. Of several with that name the best is chosen, and
   * another one if that is gone before it has replied.
   *
   * @param to an address of one, see {@link io.nefele.wire.Address}
   * @throws NefeleException of kind {@code PARTIAL} if no reply came within {@code timeout}; the
   *     request may have been carried out
   */
  public Response.Reply call(String to, Bytes payload, Duration timeout) throws NefeleException {
    Asking.checkSize(payload);
    return asking.ask(
        new Request.Call(to, payload, Asking.millis(timeout)),
        timeout.plus(Asking.GRACE),
        Response.Reply.class);
  }

  /**
   * As {@link #receive}, and tells the topic of what was published. To reply to a message, send to
   * its {@code from}.
   */
  public Optional<Response.Letter> take(String as, Duration timeout) throws NefeleException {
    return asking.take(
        new Request.Take(as, Asking.millis(timeout)), timeout, Response.Letter.class);
  }

  /**
   * Subscribes a mailbox to topics. The subscription ends with the mailbox; if {@code request}
   * names none, with this connection.
   */
  public Response.Subscribed subscribe(Request.Subscribe request) throws NefeleException {
    return asking.ask(request, Asking.PATIENCE, Response.Subscribed.class);
  }

  /** Ends a subscription of a mailbox. */
  public void unsubscribe(String as, String pattern) throws NefeleException {
    asking.ask(new Request.Unsubscribe(as, pattern), Asking.PATIENCE, Response.Done.class);
  }

  /** Tells all subscribers of a topic, and hears what became of it. */
  public Response.Published publish(
      Optional<String> as, String topic, Bytes payload, Duration timeout) throws NefeleException {
    Asking.checkSize(payload);
    return asking.ask(
        new Request.Publish(as, topic, payload, Asking.millis(timeout)),
        timeout.plus(Asking.GRACE),
        Response.Published.class);
  }

  /** Closes a mailbox that belongs to no process; what waits in it is dead-lettered. */
  public void closeMailbox(String as) throws NefeleException {
    asking.ask(new Request.CloseMailbox(as), Asking.PATIENCE, Response.Done.class);
  }

  /**
   * What happened to processes; of each process in causal order.
   *
   * @param sinceMillis nothing older, by each agent's wall clock, milliseconds since 1970
   */
  public Response.ProcessEvents processEvents(long sinceMillis, Duration deadline)
      throws NefeleException {
    return asking.ask(
        new Request.ListProcessEvents(sinceMillis, Asking.millis(deadline)),
        deadline.plus(Asking.GRACE),
        Response.ProcessEvents.class);
  }

  /**
   * Has an agent take no more processes, and move those that can be started again; or take
   * processes again. Only operators may. Returns before anything is moved.
   *
   * @param agent id, name, or number in a local fabric
   */
  public void drain(String agent, boolean drained) throws NefeleException {
    asking.ask(new Request.Drain(agent, drained), Asking.PATIENCE, Response.Done.class);
  }

  /**
   * The tenants that the caller may act as, and what they use.
   *
   * @param deadline after which agents that have not answered are named as missing
   */
  public Response.Tenants tenants(Duration deadline) throws NefeleException {
    return asking.ask(
        new Request.ListTenants(Asking.millis(deadline)),
        deadline.plus(Asking.GRACE),
        Response.Tenants.class);
  }

  /** What the programs of the tenants that the caller may act as have used. */
  public List<Response.ProgramRow> history() throws NefeleException {
    return asking.ask(new Request.ListHistory(), Asking.GRACE, Response.History.class).programs();
  }

  /** The ports at which agents of this fabric are called from outside of it. */
  public Exposures exposures() {
    return new Exposures(asking);
  }

  /** The other fabrics that messages are sent to as {@code FABRIC:/NAME}. */
  public Fabrics fabrics() {
    return new Fabrics(asking);
  }

  /** Pools that are as large as there is work for them. */
  public Pools pools() {
    return new Pools(asking);
  }

  /**
   * Decides about a tenant; only operators may.
   *
   * @param decision a {@link Request.CreateTenant}, {@link Request.RemoveTenant}, {@link
   *     Request.GrantTenant}, {@link Request.SetQuota}, {@link Request.SetOutside} or {@link
   *     Request.SetDefaults}
   */
  public void decide(Request decision) throws NefeleException {
    asking.ask(decision, Asking.PATIENCE, Response.Done.class);
  }

  /**
   * Has a name for one process alone, which messages to it go to from now on.
   *
   * @throws NefeleException of kind {@code REFUSED} while another process has it
   */
  public Response.Claimed claim(ProcessId process, String name, Duration deadline)
      throws NefeleException {
    return asking.ask(
        new Request.Claim(process, name, Asking.millis(deadline)),
        deadline.multipliedBy(3).plus(Asking.GRACE),
        Response.Claimed.class);
  }

  /** Gives up a name that a process has for itself. */
  public void release(ProcessId process, String name) throws NefeleException {
    asking.ask(new Request.Release(process, name), Asking.PATIENCE, Response.Done.class);
  }

  /** What processes read and write, and processes beside them. */
  public ProcessStreams streams() {
    return new ProcessStreams(asking);
  }

  /** For {@code io.nefele.shm}, which is what programs use. */
  public SharedQueues sharedQueues() {
    return new SharedQueues(asking);
  }

  /** The mailboxes behind {@code name}; none if nobody has it. */
  public List<Response.MailboxRow> lookup(String name, Duration deadline) throws NefeleException {
    return asking
        .ask(
            new Request.Lookup(name, Asking.millis(deadline)),
            deadline.plus(Asking.GRACE),
            Response.Mailboxes.class)
        .mailboxes();
  }

  /** Ends the connection; calls that still wait fail. */
  @Override
  public void close() {
    asking.close();
  }
}
