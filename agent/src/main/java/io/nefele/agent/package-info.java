/**
 * The agent as a daemon: the composed core on one event loop, and the adapters that carry out what
 * it decides.
 */
@NullMarked
package io.nefele.agent;

import org.jspecify.annotations.NullMarked;
