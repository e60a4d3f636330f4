package io.nefele.placement;

import io.nefele.core.AgentId;
import java.time.Duration;
import java.util.List;

/**
 * How a request was decided, so that it can be explained.
 *
 * @param asked how many processes were asked for
 * @param fitting for how many there was room
 * @param verdicts on all offers, the chosen first
 * @param circles how many circles of agents were asked
 * @param agents how many agents were asked
 * @param silent who was asked and did not answer in time
 * @param tries how often it was begun, from 1: others may have been quicker
 * @param took from the request to the decision
 * @param preempts whether processes of a lower priority have to end for it
 * @param lacking what would have had to differ, for people; empty if the request was served
 */
public record Decision(
    RequestKey key,
    int asked,
    int fitting,
    List<Verdict> verdicts,
    int circles,
    int agents,
    List<AgentId> silent,
    int tries,
    Duration took,
    boolean preempts,
    String lacking) {}
