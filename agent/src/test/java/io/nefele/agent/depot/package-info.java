@NullMarked
package io.nefele.agent.depot;

import org.jspecify.annotations.NullMarked;
