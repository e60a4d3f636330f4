package io.nefele.lib.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.FakeAgent;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class MailboxPublisherTest {
  private static final ProcessId BOX = ProcessId.parse("7h3kq2m9x4.1.1");

  @TempDir Path directory = Path.of("");

  /** Answered only when a test says so, as a mailbox that is empty is. */
  private final BlockingQueue<Take> takes = new LinkedBlockingQueue<>();

  private final Listener listener = new Listener();
  private FakeAgent agent;

  private record Take(int number, FakeAgent.Client client) {
    void answer(String text) throws IOException {
      client.answer(number, new Response.Letter(Optional.empty(), BOX, "", Bytes.utf8(text), 0));
    }
  }

  private static final class Listener implements Flow.Subscriber<Response.Letter> {
    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    final BlockingQueue<String> letters = new LinkedBlockingQueue<>();

    @Override
    public void onSubscribe(Flow.Subscription its) {
      subscription.complete(its);
    }

    @Override
    public void onNext(Response.Letter letter) {
      letters.add(letter.payload().utf8());
    }

    @Override
    public void onError(Throwable e) {
      failure.complete(e);
    }

    @Override
    public void onComplete() {
      failure.complete(new AssertionError("a mailbox has no end"));
    }
  }

  @BeforeEach
  void subscribe() throws IOException {
    Path socket = directory.resolve("s");
    agent =
        FakeAgent.start(
            socket,
            (number, request, client) -> {
              assertInstanceOf(Request.Take.class, request);
              takes.add(new Take(number, client));
            });
    new MailboxPublisher(() -> Nefele.connect(socket), "me").subscribe(listener);
  }

  @AfterEach
  void end() throws Exception {
    listener.subscription.get().cancel();
    agent.close();
  }

  @Test
  void noMoreIsTakenThanWasRequested() throws Exception {
    listener.subscription.get().request(2);
    takes.take().answer("a");
    takes.take().answer("b");
    assertEquals("a", listener.letters.take());
    assertEquals("b", listener.letters.take());
    assertNull(takes.poll(50, TimeUnit.MILLISECONDS));

    listener.subscription.get().request(1);

    takes.take().answer("c");
    assertEquals("c", listener.letters.take());
  }

  @Test
  void whoCancels_closesTheConnectionAndHearsNoMore() throws Exception {
    listener.subscription.get().request(Long.MAX_VALUE);
    Take open = takes.take();

    listener.subscription.get().cancel();

    while (open.client().channel().isOpen()) {
      Thread.onSpinWait();
    }
    assertEquals(0, listener.letters.size());
    assertEquals(false, listener.failure.isDone());
  }

  @Test
  void whoRequestsNothing_isToldSo() throws Exception {
    listener.subscription.get().request(0);

    assertEquals("one message or more is requested, not 0", listener.failure.get().getMessage());
  }

  @Test
  void anAgentThatIsNotThere_isAnError() {
    Listener other = new Listener();

    new MailboxPublisher(() -> Nefele.connect(directory.resolve("none")), "me").subscribe(other);

    assertInstanceOf(NefeleException.class, other.failure.join());
  }
}
