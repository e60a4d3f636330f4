/** The agent's socket for programs on the same server. */
@NullMarked
package io.nefele.agent.api;

import org.jspecify.annotations.NullMarked;
