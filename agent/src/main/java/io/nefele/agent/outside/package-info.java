/** The world outside the fabric: who is where, and connections to it. */
@NullMarked
package io.nefele.agent.outside;

import org.jspecify.annotations.NullMarked;
