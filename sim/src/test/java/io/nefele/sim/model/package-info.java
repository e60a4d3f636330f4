@NullMarked
package io.nefele.sim.model;

import org.jspecify.annotations.NullMarked;
