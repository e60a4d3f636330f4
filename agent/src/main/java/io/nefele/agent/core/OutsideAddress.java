package io.nefele.agent.core;

import io.nefele.core.Bytes;

/**
 * Where a host is that is not of the fabric.
 *
 * @param bytes 4, or 16
 * @param text the same for people
 * @param local whether it leads to the agent's own server, or is reached only by its own wire
 */
public record OutsideAddress(Bytes bytes, String text, boolean local) {}
