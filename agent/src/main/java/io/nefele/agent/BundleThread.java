package io.nefele.agent;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.depot.DepotEffect;
import java.util.function.Consumer;

/**
 * The one thread that touches the bundles on the disk; keeps the order of what it is told to do.
 */
final class BundleThread implements AutoCloseable {
  private final BundleStore store;
  private final Consumer<AgentInput> inputs;

  private final SerialThread thread = new SerialThread("nefele-bundles");

  BundleThread(BundleStore store, Consumer<AgentInput> inputs) {
    this.store = store;
    this.inputs = inputs;
  }

  void perform(DepotEffect.OnDisk work) {
    thread.execute(() -> store.perform(work).map(AgentInput.OfDepot::new).ifPresent(inputs));
  }

  @Override
  public void close() throws InterruptedException {
    thread.close();
  }
}
