/**
 * The agent without its server: all cores composed into one, as the daemon and the simulator run
 * it. Pure.
 */
@NullMarked
package io.nefele.agent.core;

import org.jspecify.annotations.NullMarked;
