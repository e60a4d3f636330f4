package io.nefele.mailbox;

import com.google.common.collect.EvictingQueue;
import io.nefele.core.AgentBoot;
import io.nefele.core.InvariantViolation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects a {@link StoredState.Stream} from the messages of one agent, in the order stored. */
public final class RecentSequences {
  private final EvictingQueue<Long> sequences = EvictingQueue.create(Mailboxes.WINDOW);
  private @Nullable AgentBoot origin;

  /** Adds a message that {@code origin} sent; a later boot than before starts anew. */
  public void add(AgentBoot origin, long sequence) {
    if (!origin.equals(this.origin)) {
      this.origin = origin;
      sequences.clear();
    }
    sequences.add(sequence);
  }

  /** What was collected; something was. */
  public StoredState.Stream toStream() {
    if (origin == null) {
      throw new InvariantViolation("a stream without a message");
    }
    return new StoredState.Stream(origin, List.copyOf(sequences));
  }
}
