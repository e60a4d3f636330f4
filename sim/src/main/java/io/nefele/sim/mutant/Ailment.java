package io.nefele.sim.mutant;

import io.nefele.sim.plan.FaultProfile;
import java.util.List;

/**
 * What is wrong with a mutant.
 *
 * @param meaning in a few words
 * @param profile the faults under which it is looked for
 * @param noticedBy the invariants, any of which may notice first
 */
public record Ailment(String meaning, FaultProfile profile, List<String> noticedBy) {}
