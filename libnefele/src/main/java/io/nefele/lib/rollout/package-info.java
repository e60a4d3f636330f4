/** How the processes of a pool are replaced by others, a few at a time, and brought back. */
@NullMarked
package io.nefele.lib.rollout;

import org.jspecify.annotations.NullMarked;
