@NullMarked
package io.nefele.agent.core;

import org.jspecify.annotations.NullMarked;
