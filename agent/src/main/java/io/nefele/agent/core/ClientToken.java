package io.nefele.agent.core;

/**
 * Where an answer goes.
 *
 * @param connection the client's connection
 * @param request the client's number for its request on that connection
 */
public record ClientToken(long connection, int request) {}
