package io.nefele.lib;

import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way to the agent at one socket, whichever life it is in. When the connection breaks, the next
 * request opens another one, and waits for the agent's return if need be. A request that the dead
 * agent may have taken is put again only if that does no harm.
 */
final class AgentLink implements AutoCloseable {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Path socket;
  private final long returnNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private Connection connection; // guarded by lock
  private boolean closed; // guarded by lock

  private AgentLink(Path socket, Duration returnPatience, Connection connection) {
    this.socket = socket;
    this.returnNanos = returnPatience.toNanos();
    this.connection = connection;
  }

  /**
   * Connects to an agent that is there now.
   *
   * @param returnPatience how long an agent that was there once is waited for
   */
  static AgentLink open(Path socket, Duration returnPatience) throws NefeleException {
    try {
      return new AgentLink(socket, returnPatience, Connection.open(socket));
    } catch (ConnectionLost e) {
      throw e.failure();
    }
  }

  /**
   * Sends {@code request} and waits for its answer.
   *
   * @param patience in all, with the time that the agent is away
   * @throws NefeleException if the agent refused, is gone for good, or did not answer in time
   */
  Response call(Request request, Duration patience) throws NefeleException {
    long start = System.nanoTime();
    long away = 0;
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      long attempt = System.nanoTime();
      long passed = attempt - start;
      try {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(patience.toNanos() - passed);
        return connection().call(after(request, passed), leftMillis);
      } catch (ConnectionLost e) {
        long now = System.nanoTime();
        if (now - attempt > LONGEST_PAUSE_NANOS) {
          // It was back for a while: this is another absence.
          away = 0;
          pause = FIRST_PAUSE_NANOS;
        }
        away += pause;
        boolean tooLong = away > returnNanos || now - start + pause > patience.toNanos();
        if (tooLong
            || Thread.currentThread().isInterrupted()
            || (e.asked() && !isRepeatable(request))) {
          throw e.failure();
        }
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      connection.close();
    } finally {
      lock.unlock();
    }
  }

  private Connection connection() throws NefeleException, ConnectionLost {
    lock.lock();
    try {
      if (closed) {
        throw new NefeleException(
            ErrorKind.UNREACHABLE, "the connection to " + socket + " has been closed");
      }
      if (!connection.isWhole()) {
        connection = Connection.open(socket);
      }
      return connection;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a request that was carried out already may be carried out again. */
  private static boolean isRepeatable(Request request) {
    return switch (request) {
      case Request.ListAgents r -> true;
      case Request.ListGroups r -> true;
      case Request.ListProcesses r -> true;
      case Request.StreamProcesses r -> true;
      case Request.Inspect r -> true;
      case Request.Describe r -> true;
      case Request.Lookup r -> true;
      case Request.ReadLog r -> true;
      case Request.FollowLog r -> true;
      // What a process has already is passed over.
      case Request.Feed r -> true;
      case Request.Resize r -> true;
      case Request.Status r -> true;
      case Request.ListServiceGroups r -> true;
      case Request.AskAgents r -> true;
      case Request.ListEvents r -> true;
      case Request.Wait r -> true;
      // A message that the agent had taken out for this receiver is lost with it, asked or not.
      case Request.Receive r -> true;
      case Request.Explain r -> true;
      case Request.Spawn r -> false;
      case Request.Plan r -> false;
      case Request.SpawnPlan r -> false;
      case Request.Take r -> true;
      case Request.Unsubscribe r -> true;
      case Request.CloseMailbox r -> true;
      case Request.OpenSharedQueue r -> true;
      case Request.FindSharedQueue r -> true;
      // As with one that is received.
      case Request.TakeForQueue r -> true;
      case Request.LeaveSharedQueue r -> true;
      // One without a mailbox gets a new one at the agent's next life: the caller has to know.
      case Request.Subscribe r -> r.as().isPresent();
      case Request.Post r -> false;
      case Request.Call r -> false;
      case Request.Publish r -> false;
      case Request.Join r -> false;
      case Request.Signal r -> false;
      case Request.Send r -> false;
      case Request.As(var tenant, var made) -> isRepeatable(made);
      case Request.ListTenants r -> true;
      case Request.CreateTenant r -> false;
      case Request.RemoveTenant r -> false;
      case Request.GrantTenant r -> true;
      case Request.SetQuota r -> true;
      case Request.SetOutside r -> true;
      case Request.Expose r -> false;
      case Request.ExposeGateway r -> false;
      case Request.PutFabric r -> true;
      case Request.RemoveFabric r -> false;
      case Request.ListFabrics r -> true;
      case Request.Unexpose r -> false;
      case Request.ListExposures r -> true;
      case Request.PutPool r -> true;
      case Request.RemovePool r -> true;
      case Request.ListPools r -> true;
      case Request.Drain r -> true;
      case Request.OfferBundle r -> true;
      case Request.PutChunk r -> true;
      case Request.ListBundles r -> true;
      case Request.SetDefaults r -> true;
      case Request.ListHistory r -> true;
      case Request.ListProcessEvents r -> true;
      case Request.Claim r -> true;
      case Request.Release r -> true;
    };
  }

  /** The request as it is to be put after a part of its time has passed. */
  private static Request after(Request request, long passedNanos) {
    int passedMillis = (int) TimeUnit.NANOSECONDS.toMillis(passedNanos);
    return switch (request) {
      case Request.Wait(var process, int timeoutMillis) ->
          new Request.Wait(process, Math.max(0, timeoutMillis - passedMillis));
      case Request.Receive(String as, int timeoutMillis) ->
          new Request.Receive(as, Math.max(0, timeoutMillis - passedMillis));
      case Request.Take(String as, int timeoutMillis) ->
          new Request.Take(as, Math.max(0, timeoutMillis - passedMillis));
      case Request.TakeForQueue(String as, int timeoutMillis) ->
          new Request.TakeForQueue(as, Math.max(0, timeoutMillis - passedMillis));
      case Request.OpenSharedQueue r -> r;
      case Request.FindSharedQueue r -> r;
      case Request.LeaveSharedQueue r -> r;
      case Request.Unsubscribe r -> r;
      case Request.CloseMailbox r -> r;
      case Request.Subscribe r -> r;
      case Request.Post r -> r;
      case Request.Call r -> r;
      case Request.Publish r -> r;
      case Request.ListAgents r -> r;
      case Request.ListGroups r -> r;
      case Request.ListProcesses r -> r;
      case Request.StreamProcesses r -> r;
      case Request.Inspect r -> r;
      case Request.Describe r -> r;
      case Request.Lookup r -> r;
      case Request.ReadLog r -> r;
      case Request.FollowLog r -> r;
      case Request.Feed r -> r;
      case Request.Resize r -> r;
      case Request.Join r -> r;
      case Request.Status r -> r;
      case Request.ListServiceGroups r -> r;
      case Request.AskAgents r -> r;
      case Request.ListEvents r -> r;
      case Request.Spawn r -> r;
      case Request.Plan r -> r;
      case Request.SpawnPlan r -> r;
      case Request.Explain r -> r;
      case Request.Signal r -> r;
      case Request.Send r -> r;
      case Request.As(var tenant, var made) -> new Request.As(tenant, after(made, passedNanos));
      case Request.ListTenants r -> r;
      case Request.CreateTenant r -> r;
      case Request.RemoveTenant r -> r;
      case Request.GrantTenant r -> r;
      case Request.SetQuota r -> r;
      case Request.SetOutside r -> r;
      case Request.Expose r -> r;
      case Request.ExposeGateway r -> r;
      case Request.PutFabric r -> r;
      case Request.RemoveFabric r -> r;
      case Request.ListFabrics r -> r;
      case Request.Unexpose r -> r;
      case Request.ListExposures r -> r;
      case Request.PutPool r -> r;
      case Request.RemovePool r -> r;
      case Request.ListPools r -> r;
      case Request.Drain r -> r;
      case Request.OfferBundle r -> r;
      case Request.PutChunk r -> r;
      case Request.ListBundles r -> r;
      case Request.SetDefaults r -> r;
      case Request.ListHistory r -> r;
      case Request.ListProcessEvents r -> r;
      case Request.Claim r -> r;
      case Request.Release r -> r;
    };
  }
}
