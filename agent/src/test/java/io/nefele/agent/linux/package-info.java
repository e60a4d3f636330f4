@NullMarked
package io.nefele.agent.linux;

import org.jspecify.annotations.NullMarked;
