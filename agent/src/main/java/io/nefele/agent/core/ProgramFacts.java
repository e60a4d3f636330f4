package io.nefele.agent.core;

import io.nefele.core.ProgramId;

/**
 * What was found out about a program before its spawn was handed in.
 *
 * @param leastMemoryBytes what its binary needs to be loaded; 0: not known
 */
public record ProgramFacts(ProgramId program, long leastMemoryBytes) {}
