package io.nefele.lib.async;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The calls of a {@link Nefele} that may take long, as futures. Each runs on a virtual thread of
 * its own, and its future fails with the {@link NefeleException} that the call throws.
 *
 * <p>Who cancels a future waits no longer; what was asked of the fabric goes on. So a message that
 * comes to a cancelled {@link #take} is lost: to read a mailbox until further notice, use a {@link
 * MailboxPublisher}.
 *
 * <p>Thread-safe. Closing the {@code Nefele} fails what is still waiting.
 */
public final class AsyncNefele {
  private final Nefele nefele;

  /** What a thread of its own does. */
  private interface Call<T> {
    T make() throws NefeleException;
  }

  public AsyncNefele(Nefele nefele) {
    this.nefele = nefele;
  }

  /** See {@link Nefele#spawn(List, Duration)}. */
  public CompletableFuture<List<ProcessId>> spawn(List<ProcessSpec> specs, Duration deadline) {
    return start(() -> nefele.spawn(specs, deadline));
  }

  /** See {@link Nefele#await}. */
  public CompletableFuture<Response.ProcessRow> await(ProcessId process, Duration timeout) {
    return start(() -> nefele.await(process, timeout));
  }

  /** See {@link Nefele#ps}. */
  public CompletableFuture<Response.Processes> ps(boolean allStates, Duration deadline) {
    return start(() -> nefele.ps(allStates, deadline));
  }

  /** See {@link Nefele#post}. */
  public CompletableFuture<Response.Receipt> post(
      Optional<String> as, String to, Bytes payload, Duration timeout) {
    return start(() -> nefele.post(as, to, payload, timeout));
  }

  /** See {@link Nefele#call}. */
  public CompletableFuture<Response.Reply> call(String to, Bytes payload, Duration timeout) {
    return start(() -> nefele.call(to, payload, timeout));
  }

  /** See {@link Nefele#take}. */
  public CompletableFuture<Optional<Response.Letter>> take(String as, Duration timeout) {
    return start(() -> nefele.take(as, timeout));
  }

  private static <T> CompletableFuture<T> start(Call<T> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("nefele call")
        .start(
            () -> {
              try {
                future.complete(call.make());
              } catch (NefeleException | RuntimeException e) {
                future.completeExceptionally(e);
              }
            });
    return future;
  }
}
