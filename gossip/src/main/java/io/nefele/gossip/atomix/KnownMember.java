package io.nefele.gossip.atomix;

import io.atomix.utils.net.Address;
import io.nefele.gossip.Member;
import io.nefele.gossip.MemberState;
import java.util.Properties;

/** A member of the core in Atomix's terms; its boot and incarnation are properties. */
final class KnownMember extends io.atomix.cluster.Member {
  private final MemberState state;

  KnownMember(Member member) {
    super(
        CoreMembership.memberId(member.agent()),
        new Address(member.endpoint().host(), member.endpoint().port()),
        "",
        "",
        member.endpoint().host(),
        properties(member));
    this.state = member.state();
  }

  @Override
  public boolean isActive() {
    return state.present();
  }

  @Override
  public boolean isReachable() {
    return state == MemberState.ALIVE;
  }

  private static Properties properties(Member member) {
    Properties properties = new Properties();
    properties.setProperty("boot", member.boot().toString());
    properties.setProperty("incarnation", Integer.toString(member.incarnation()));
    return properties;
  }
}
