package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;

/**
 * What a deputy inherits when its leader is gone.
 *
 * @param predecessor the leader that is gone
 */
record Heritage(Upward upward, AgentBoot predecessor) {}
