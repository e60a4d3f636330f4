/**
 * The Java client of a Nefele agent: {@link Nefele} has one blocking method for each thing that a
 * program can ask. It speaks {@code docs/wire-protocol.md} over the agent's Unix socket and needs
 * nothing but the JDK.
 */
@NullMarked
package io.nefele.lib.rollout;

import org.jspecify.annotations.NullMarked;
