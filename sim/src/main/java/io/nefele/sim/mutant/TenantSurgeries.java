package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentMessage;
import io.nefele.table.tenant.QuotaMessage;
import java.util.List;

/** What goes wrong with tenants. */
final class TenantSurgeries {
  private TenantSurgeries() {}

  static final class GrantsAll implements Surgery {
    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect
              instanceof
              AgentEffect.Send(
                  var to,
                  AgentMessage.OfQuota(QuotaMessage.Exceeded(long number, var reason)))
          ? List.of(
              new AgentEffect.Send(to, new AgentMessage.OfQuota(new QuotaMessage.Granted(number))))
          : List.of(effect);
    }
  }

  static Surgery keepsTenantsToItself() {
    return Surgery.muteOn(
        effect -> effect instanceof AgentEffect.Send(var to, AgentMessage.OfRegistry registry));
  }
}
