package io.nefele.agent;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.depot.DepotEffect;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that touches the bundles on the disk; keeps the order of what it is told to do.
 */
final class BundleThread implements AutoCloseable {
  private final BundleStore store;
  private final Consumer<AgentInput> inputs;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "nefele-bundles");
            thread.setDaemon(true);
            return thread;
          });

  BundleThread(BundleStore store, Consumer<AgentInput> inputs) {
    this.store = store;
    this.inputs = inputs;
  }

  void perform(DepotEffect.OnDisk work) {
    thread.execute(() -> store.perform(work).map(AgentInput.OfDepot::new).ifPresent(inputs));
  }

  @Override
  public void close() throws InterruptedException {
    thread.shutdown();
    thread.awaitTermination(5, TimeUnit.SECONDS);
  }
}
