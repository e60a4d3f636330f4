package io.nefele.agent.linux;

/** How far the processes of a tenant are kept from the rest of the server, weakest first. */
public enum Isolation {
  /** Sessions and groups only: everything of the server's can be seen. */
  NONE,
  /** As {@link #FULL}, made without privileges: one user exists, the agent's own. */
  USERNS,
  /** Process ids, mounts, IPC and host name of their own. */
  FULL
}
