package io.nefele.bench.convergence;

/** Members that are processes of their own. */
interface ProcessPeer extends Peer {

  /** Ends the process of {@code member} with SIGKILL. */
  void kill(int member) throws Exception;

  /** The process of {@code member}. */
  long pid(int member) throws Exception;
}
