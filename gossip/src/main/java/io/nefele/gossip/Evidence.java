package io.nefele.gossip;

/** What an accuser of a member has to go by. */
public enum Evidence {
  /** No answer came, straight, through others or over a stream: dead, slow, paused or cut off. */
  SILENCE,
  /**
   * Its host is up and refused a connection: nothing listens there. A slow or paused process does
   * not look like that, since the kernel takes connections for it.
   */
  REFUSAL
}
