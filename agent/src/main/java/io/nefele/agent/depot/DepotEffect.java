package io.nefele.agent.depot;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import java.time.Duration;
import java.util.List;

/** What a {@link Depot} wants done. */
public sealed interface DepotEffect {

  record Send(AgentId to, DepotMessage message) implements DepotEffect {}

  record SetTimer(DepotTimer timer, Duration delay) implements DepotEffect {}

  /** To a client: these are to be put; none: it can be used. */
  record Lacks(long token, BundleKey key, List<Integer> missing) implements DepotEffect {}

  /** To a client: the chunk is there. */
  record Stored(long token) implements DepotEffect {}

  /**
   * To a client: it can't be taken.
   *
   * @param wrong whether what the client gave is wrong, rather than that there is no room for it
   */
  record Refused(long token, boolean wrong, String reason) implements DepotEffect {}

  /** For a process: it is there. */
  record Arrived(long token) implements DepotEffect {}

  /** For a process: it can't be had. */
  record Missed(long token, String reason) implements DepotEffect {}

  /** Ask all agents who has it; answered by {@link DepotInput.HoldersFound}, or not. */
  record AskHolders(BundleKey key) implements DepotEffect {}

  /**
   * Done on the disk, in the order given; what fails is answered by {@link DepotInput.Failed}, all
   * else as each says.
   */
  sealed interface OnDisk extends DepotEffect {
    BundleKey key();
  }

  /** Make place for it. No answer. */
  record Begin(BundleKey key, Bytes manifest) implements OnDisk {}

  /** Write a chunk, which is right; answered by {@link DepotInput.Kept}. */
  record Keep(BundleKey key, int chunk, Bytes content) implements OnDisk {}

  /**
   * Write a chunk that another bundle has; answered by {@link DepotInput.Kept} if that is right
   * there, else by {@link DepotInput.NotCopied}.
   */
  record Copy(BundleKey key, int chunk, BundleKey from, int fromChunk) implements OnDisk {}

  /** All chunks are there: make it ready to be used; answered by {@link DepotInput.Sealed}. */
  record Seal(BundleKey key) implements OnDisk {}

  /** See which chunks are there, and right; answered by {@link DepotInput.Checked}. */
  record Check(BundleKey key) implements OnDisk {}

  /** Answered by {@link DepotInput.ReadDone}. */
  record Read(long token, BundleKey key, int chunk) implements OnDisk {}

  /** A process begins to use it: remember when. No answer. */
  record Touch(BundleKey key) implements OnDisk {}

  /** Remove it. No answer. */
  record Drop(BundleKey key) implements OnDisk {}
}
