@NullMarked
package io.nefele.agent;

import org.jspecify.annotations.NullMarked;
