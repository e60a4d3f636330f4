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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that touches the mailbox store; keeps the order of what it is told to do. */
final class MailboxThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MailboxThread.class);

  private final MailboxStore store;
  private final Consumer<AgentInput> inputs;

  /** Those with something on disk: most processes get no message ever. Effects come one by one. */
  private final Set<ProcessId> used = new HashSet<>();

  private final SerialThread thread = new SerialThread("nefele-mailboxes");

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

  /** Runs {@code task} when the thread has nothing better to do. */
  void soon(Runnable task) {
    thread.execute(task);
  }

  void store(AgentEffect.Store effect) {
    used.add(effect.mailbox());
    thread.execute(
        () ->
            inputs.accept(
                new AgentInput.MessageStored(
                    effect.token(), store.append(effect.mailbox(), effect.envelope()))));
  }

  void take(AgentEffect.Take effect) {
    thread.execute(
        () ->
            inputs.accept(
                new AgentInput.MessageTaken(effect.token(), store.take(effect.mailbox()))));
  }

  void keepNote(AgentEffect.KeepNote effect) {
    used.add(effect.mailbox());
    thread.execute(
        () -> {
          if (!store.keepNote(effect.mailbox(), effect.note())) {
            log.warn("what {} has subscribed to can't be written down", effect.mailbox());
          }
        });
  }

  void discard(ProcessId mailbox) {
    if (used.remove(mailbox)) {
      thread.execute(() -> store.delete(mailbox));
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (thread.close()) {
      store.close();
    }
  }
}
