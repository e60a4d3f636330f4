@NullMarked
package io.nefele.agent.api;

import org.jspecify.annotations.NullMarked;
