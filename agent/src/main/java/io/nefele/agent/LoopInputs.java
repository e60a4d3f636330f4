package io.nefele.agent;

import io.nefele.agent.core.AgentInput;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What comes in for the core, also before there is a loop that runs it. Thread-safe. */
final class LoopInputs {
  private final Queue<AgentInput> waiting = new ConcurrentLinkedQueue<>();
  private volatile @Nullable AgentLoop loop;

  /** The queue, for the loop alone. */
  Queue<AgentInput> waiting() {
    return waiting;
  }

  /** From now on {@code reader} is told of inputs. */
  void readBy(AgentLoop reader) {
    loop = reader;
  }

  /** Leaves {@code input} to the loop's thread; returns at once. */
  void add(AgentInput input) {
    waiting.add(input);
    AgentLoop reader = loop;
    if (reader != null) {
      reader.wake();
    }
  }

  /**
   * Adds {@code input} and runs the core right here if it rests. For threads of the agent's own
   * that have nothing better to do, and that hold no lock.
   */
  void run(AgentInput input) {
    run(List.of(input));
  }

  /** As {@link #run(AgentInput)}, of several in that order. */
  void run(List<AgentInput> inputs) {
    waiting.addAll(inputs);
    AgentLoop reader = loop;
    if (reader != null) {
      reader.runNow();
    }
  }
}
