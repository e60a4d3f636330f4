package io.nefele.lib.async;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a mailbox as a {@link Flow.Publisher}: no message is taken out of the mailbox
 * that the subscriber has not requested, so what it can't keep up with waits there, bounded as each
 * mailbox is.
 *
 * <p>Each subscription has a connection of its own. Cancelling closes it, and then no message is
 * lost that was on its way: it stays in the mailbox. Several subscriptions share the messages.
 *
 * <p>Thread-safe. A subscriber's methods are called by one virtual thread, one at a time.
 */
public final class MailboxPublisher implements Flow.Publisher<Response.Letter> {
  private static final Duration LOOK = Duration.ofSeconds(30);

  private final Connector connector;
  private final String as;

  /** Makes connections, such as {@code Nefele::connect}. */
  public interface Connector {
    Nefele connect() throws NefeleException;
  }

  /**
   * @param as the mailbox, by name or id; by name it is opened if this server has none of that name
   */
  public MailboxPublisher(Connector connector, String as) {
    this.connector = connector;
    this.as = as;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Response.Letter> subscriber) {
    Reading reading = new Reading(subscriber);
    Thread.ofVirtual().name("nefele mailbox " + as).start(reading::run);
  }

  private final class Reading implements Flow.Subscription {
    private final Flow.Subscriber<? super Response.Letter> subscriber;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long requested; // guarded by lock, as all that follows
    private boolean cancelled;
    private @Nullable IllegalArgumentException misuse;
    private @Nullable Nefele connection;

    Reading(Flow.Subscriber<? super Response.Letter> subscriber) {
      this.subscriber = subscriber;
    }

    void run() {
      subscriber.onSubscribe(this);
      try (Nefele nefele = connector.connect()) {
        opened(nefele);
        while (awaitRequest()) {
          nefele.take(as, LOOK).ifPresent(this::deliver);
        }
      } catch (NefeleException | RuntimeException e) {
        fail(e);
      } catch (InterruptedException e) {
        fail(new NefeleException(ErrorKind.FAILED, "interrupted while reading " + as, e));
      }
    }

    private void opened(Nefele nefele) {
      lock.lock();
      try {
        connection = nefele;
      } finally {
        lock.unlock();
      }
    }

    /** Returns false if it is cancelled. */
    private boolean awaitRequest() throws InterruptedException {
      lock.lock();
      try {
        while (requested == 0 && !cancelled && misuse == null) {
          changed.await();
        }
        if (misuse != null) {
          throw misuse;
        }
        return !cancelled;
      } finally {
        lock.unlock();
      }
    }

    private void deliver(Response.Letter letter) {
      lock.lock();
      try {
        requested -= requested == Long.MAX_VALUE ? 0 : 1;
      } finally {
        lock.unlock();
      }
      subscriber.onNext(letter);
    }

    /** A connection that fails because it was cancelled is none of the subscriber's business. */
    private void fail(Exception e) {
      Optional<Exception> told;
      lock.lock();
      try {
        told = cancelled ? Optional.empty() : Optional.of(e);
        cancelled = true;
      } finally {
        lock.unlock();
      }
      told.ifPresent(subscriber::onError);
    }

    @Override
    public void request(long n) {
      lock.lock();
      try {
        if (n < 1) {
          misuse = new IllegalArgumentException("one message or more is requested, not " + n);
        } else {
          requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void cancel() {
      @Nullable Nefele open;
      lock.lock();
      try {
        cancelled = true;
        open = connection;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (open != null) {
        open.close();
      }
    }
  }
}
