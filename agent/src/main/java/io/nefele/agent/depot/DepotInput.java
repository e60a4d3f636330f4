package io.nefele.agent.depot;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What happens to a {@link Depot}. */
public sealed interface DepotInput {

  /** The bundles that the disk has of earlier lives; before anything else. */
  record Recovered(List<Stored> bundles) implements DepotInput {}

  /**
   * A bundle on the disk.
   *
   * @param manifest encoded
   * @param whole whether all of it is there for certain
   */
  record Stored(BundleKey key, Bytes manifest, boolean whole, Instant usedAt) {}

  /**
   * A client has a bundle for us; answered by {@link DepotEffect.Lacks} or {@link
   * DepotEffect.Refused}.
   */
  record Offered(long token, Name tenant, Bytes manifest) implements DepotInput {}

  /**
   * A client's chunk of it; answered by {@link DepotEffect.Stored} or {@link DepotEffect.Refused}.
   */
  record Put(long token, BundleKey key, int chunk, Bytes content) implements DepotInput {}

  /** A process needs it; answered by {@link DepotEffect.Arrived} or {@link DepotEffect.Missed}. */
  record Wanted(long token, BundleKey key, Sources sources) implements DepotInput {}

  /** It is not needed any more; the answer is not, either. */
  record Unwanted(long token) implements DepotInput {}

  record Received(AgentId from, DepotMessage message) implements DepotInput {}

  /** Agents of the fabric that have it whole, in answer to {@link DepotEffect.AskHolders}. */
  record HoldersFound(BundleKey key, List<AgentId> holders) implements DepotInput {}

  /** An agent is gone from the fabric. */
  record AgentLost(AgentId agent) implements DepotInput {}

  record TimerFired(DepotTimer timer) implements DepotInput {}

  /** What became of a {@link DepotEffect.OnDisk}. */
  sealed interface FromDisk extends DepotInput {
    BundleKey key();
  }

  /** A chunk is written. */
  record Kept(BundleKey key, int chunk) implements FromDisk {}

  /** A chunk could not be copied. */
  record NotCopied(BundleKey key, int chunk) implements FromDisk {}

  /** It is ready to be used. */
  record Sealed(BundleKey key) implements FromDisk {}

  /**
   * @param missing the chunks that are not there, or not right
   */
  record Checked(BundleKey key, List<Integer> missing) implements FromDisk {}

  /**
   * @param content none if it can't be read
   */
  record ReadDone(long token, BundleKey key, Optional<Bytes> content) implements FromDisk {}

  /** The disk does not take it. */
  record Failed(BundleKey key, String reason) implements FromDisk {}
}
