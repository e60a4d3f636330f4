/**
 * The {@code nefele} command: it asks an agent through libnefele and shows the answer, and it
 * starts and stops local fabrics. It starts fast, so it depends on nothing of the agent.
 */
@NullMarked
package io.nefele.cli;

import org.jspecify.annotations.NullMarked;
