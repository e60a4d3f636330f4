package io.nefele.bench.convergence;

import java.io.IOException;
import java.util.List;

/** The members of {@link SerfPeer} in two networks. */
final class SerfFederation extends PeerFederation {
  private final SerfPeer peer;

  SerfFederation(int members, TwoNetworks networks) throws IOException {
    super(networks);
    this.peer = new SerfPeer(members, networks);
  }

  @Override
  public void start() throws Exception {
    peer.start();
  }

  @Override
  int known(int member) {
    return peer.known(member);
  }

  @Override
  List<Integer> leaders() {
    return List.of();
  }

  @Override
  public void kill(int member) {
    peer.kill(member);
  }

  @Override
  public long pid(int member) {
    return peer.pid(member);
  }

  @Override
  void end() throws Exception {
    peer.close();
  }
}
