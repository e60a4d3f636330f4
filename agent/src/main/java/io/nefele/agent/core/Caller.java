package io.nefele.agent.core;

import io.nefele.core.Name;

/**
 * Who is at the other end of one of the agent's sockets.
 *
 * @param uid the user's number on this server, as the kernel says
 * @param tenant whom an operator acts as where it does not say, or whose process it is
 * @param role what it may be more than that
 */
public record Caller(int uid, Name tenant, Role role) {

  /** What a caller may do beyond acting as a tenant. */
  public enum Role {
    /** Root, or the user that the agent runs as: becomes any tenant, and decides about them. */
    OPERATOR,
    /** Acts as the tenants that its user was granted to. */
    USER,
    /** A process of a tenant, which is all that it can be, whatever its user. */
    PROCESS
  }
}
