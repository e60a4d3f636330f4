package io.nefele.table;

import io.nefele.core.AgentBoot;
import io.nefele.core.AgentId;
import java.util.List;
import java.util.SortedSet;

/**
 * Whose rows an answer is to have: those of the agents that are present, in their present lives.
 *
 * @param subtrees who has to be asked besides the asker itself
 * @param besides further agents: those of the asker's own group, and those whose subtree is not
 *     known to have their rows
 */
public record Reach(List<Subtree> subtrees, SortedSet<AgentBoot> besides) {

  /**
   * A part of the fabric that answers with one voice.
   *
   * @param label what people call it
   * @param speaker whom to ask
   * @param members the agents that belong to it, the speaker among them
   */
  public record Subtree(String label, AgentId speaker, List<AgentBoot> members) {}

  /** The same with other subtrees. */
  public Reach with(List<Subtree> others) {
    return new Reach(others, besides);
  }
}
