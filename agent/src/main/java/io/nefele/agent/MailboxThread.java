package io.nefele.agent;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.MailboxStore;
import io.nefele.mailbox.StoredState;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the mailbox store is told, in that order: what is quick at once, which saves two
 * changes of threads for each message, and what may take long on a thread of its own. While that
 * has work, all else waits behind it, so one thread at a time touches the store.
 *
 * <p>A disk that stalls would stall the agent with it: after something quick was not, all goes to
 * the thread for a while.
 */
final class MailboxThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MailboxThread.class);

  private static final long SLOW_NANOS = 20_000_000;
  private static final long CAUTION_NANOS = 1_000_000_000;

  private final MailboxStore store;
  private final Consumer<AgentInput> inputs;

  /** Those with something on disk: most processes get no message ever. Effects come one by one. */
  private final Set<ProcessId> used = new HashSet<>();

  private final SerialThread thread = new SerialThread("nefele-mailboxes");

  /** What the thread has been given and not done. While it is 0 the store is the caller's. */
  private final AtomicInteger tasks = new AtomicInteger();

  /** When something quick was last found slow; by the caller of effects alone. */
  private long slowAtNanos = System.nanoTime() - CAUTION_NANOS;

  /**
   * @param inputs takes what has become of effects; may carry out others on the same thread
   */
  MailboxThread(MailboxStore store, Consumer<AgentInput> inputs) {
    this.store = store;
    this.inputs = inputs;
  }

  /** What is left of earlier boots; to be called before anything else. */
  SortedMap<ProcessId, StoredState> recover() {
    SortedMap<ProcessId, StoredState> states = new TreeMap<>();
    store.mailboxes().forEach(mailbox -> states.put(mailbox, store.recover(mailbox)));
    used.addAll(states.keySet());
    return states;
  }

  /** Runs {@code task}, which has nothing to do with the store, when the thread has time. */
  void soon(Runnable task) {
    thread.execute(task);
  }

  void store(AgentEffect.Store effect) {
    ProcessId mailbox = effect.mailbox();
    used.add(mailbox);
    carryOut(
        mailbox,
        effect.envelope().payload().size(),
        () ->
            inputs.accept(
                new AgentInput.MessageStored(
                    effect.token(), store.append(mailbox, effect.envelope()))));
  }

  void take(AgentEffect.Take effect) {
    carryOut(
        effect.mailbox(),
        0,
        () ->
            inputs.accept(
                new AgentInput.MessageTaken(effect.token(), store.take(effect.mailbox()))));
  }

  void keepNote(AgentEffect.KeepNote effect) {
    used.add(effect.mailbox());
    leaveToThread(
        () -> {
          if (!store.keepNote(effect.mailbox(), effect.note())) {
            log.warn("what {} has subscribed to can't be written down", effect.mailbox());
          }
        });
  }

  void discard(ProcessId mailbox) {
    if (used.remove(mailbox)) {
      leaveToThread(() -> store.delete(mailbox));
    }
  }

  private void carryOut(ProcessId mailbox, int payloadBytes, Runnable work) {
    long begin = System.nanoTime();
    if (tasks.get() > 0
        || begin - slowAtNanos < CAUTION_NANOS
        || !store.isQuick(mailbox, payloadBytes)) {
      leaveToThread(work);
      return;
    }
    perform(work);
    long end = System.nanoTime();
    if (end - begin > SLOW_NANOS) {
      slowAtNanos = end;
    }
  }

  private void leaveToThread(Runnable work) {
    tasks.incrementAndGet();
    thread.execute(
        () -> {
          perform(work);
          tasks.decrementAndGet();
        });
  }

  /** One damaged mailbox is no reason to stop; who waits for it hears nothing, and goes on. */
  private static void perform(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | InternalError e) {
      log.warn("a mailbox can't be used: {}", e.toString());
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (thread.close()) {
      store.close();
    }
  }
}
