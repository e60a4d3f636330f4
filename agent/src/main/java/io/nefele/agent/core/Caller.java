package io.nefele.agent.core;

import io.nefele.core.Name;

/**
 * Who is at the other end of the agent's socket, as the kernel says.
 *
 * @param uid the user's number on this server
 * @param tenant whom an operator acts as where it does not say
 * @param operator whether it is root or the user that the agent runs as
 */
public record Caller(int uid, Name tenant, boolean operator) {}
