/**
 * How fast members find each other, miss each other, and hear news, side by side with other
 * systems. Each system runs in a JVM of its own ({@link io.nefele.bench.convergence.TrialMain}), so
 * that none sees another's threads, heap, traffic or leftovers.
 */
@NullMarked
package io.nefele.bench.convergence;

import org.jspecify.annotations.NullMarked;
