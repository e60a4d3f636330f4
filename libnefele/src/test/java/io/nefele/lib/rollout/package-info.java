@NullMarked
package io.nefele.lib.rollout;

import org.jspecify.annotations.NullMarked;
