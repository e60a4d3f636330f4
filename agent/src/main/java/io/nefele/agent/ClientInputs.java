package io.nefele.agent;

import io.nefele.agent.api.ApiServer;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.Caller;
import io.nefele.agent.core.ClientToken;
import io.nefele.agent.core.ProgramFacts;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What programs ask, as inputs of the loop. Before a spawn is handed in, its programs are looked
 * at: at once if they have been lately, or else on another thread, as disks may be slow.
 */
final class ClientInputs implements ApiServer.Listener, AutoCloseable {
  /** How long a spawn waits for a disk; then it goes on without what is known of its programs. */
  private static final long LOOK_MILLIS = 2_000;

  private final LoopInputs inputs;
  private final Programs programs;
  private final Supplier<Response.Dropped> dropped;
  private final ExecutorService looking = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * The last look for each user: one after the other, so that one's slow disk is its own affair.
   */
  private final Map<Integer, CompletableFuture<?>> last = new HashMap<>(); // guarded by this

  /** The connections of those whose programs are being looked at, one for each; guarded by this. */
  private final List<Long> waiting = new ArrayList<>();

  /** Those of them that are closed meanwhile; guarded by this. */
  private final Set<Long> gone = new HashSet<>();

  /**
   * @param dropped what the transports have thrown away so far
   */
  ClientInputs(LoopInputs inputs, Programs programs, Supplier<Response.Dropped> dropped) {
    this.inputs = inputs;
    this.programs = programs;
    this.dropped = dropped;
  }

  @Override
  public void asked(ClientToken token, Caller caller, Request request) {
    if (request instanceof Request.Status) {
      inputs.add(new AgentInput.DropsCounted(dropped.get()));
    }
    List<ProcessSpec> specs = toBeStarted(request);
    Optional<List<ProgramFacts>> known = programs.known(caller.uid(), specs);
    if (known.isPresent()) {
      inputs.run(new AgentInput.ClientAsked(token, caller, request, known.get()));
    } else {
      lookFirst(token, caller, request, specs);
    }
  }

  @Override
  public void gone(long connection) {
    synchronized (this) {
      if (waiting.contains(connection)) {
        gone.add(connection);
      }
    }
    inputs.run(new AgentInput.ClientGone(connection));
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }

  private static List<ProcessSpec> toBeStarted(Request request) {
    return switch (request) {
      case Request.As(var tenant, var inner) -> toBeStarted(inner);
      case Request.Spawn(var components, int deadlineMillis) -> components;
      case Request.Plan(var components, int holdMillis) -> components;
      default -> List.of();
    };
  }

  private void lookFirst(
      ClientToken token, Caller caller, Request request, List<ProcessSpec> specs) {
    CompletableFuture<List<ProgramFacts>> look;
    synchronized (this) {
      waiting.add(token.connection());
      look =
          last.getOrDefault(caller.uid(), CompletableFuture.completedFuture(null))
              .handleAsync((done, failure) -> programs.find(caller.uid(), specs), looking);
      last.put(caller.uid(), look);
    }
    look.exceptionally(failure -> List.of())
        .completeOnTimeout(List.of(), LOOK_MILLIS, TimeUnit.MILLISECONDS)
        .thenAccept(facts -> handIn(new AgentInput.ClientAsked(token, caller, request, facts)));
  }

  /** What a client asked that has gone meanwhile is not begun. */
  private synchronized void handIn(AgentInput.ClientAsked asked) {
    long connection = asked.token().connection();
    waiting.remove(connection);
    boolean stays = !gone.contains(connection);
    if (!waiting.contains(connection)) {
      gone.remove(connection);
    }
    if (stays) {
      inputs.add(asked);
    }
  }
}
