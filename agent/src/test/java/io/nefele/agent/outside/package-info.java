@NullMarked
package io.nefele.agent.outside;

import org.jspecify.annotations.NullMarked;
