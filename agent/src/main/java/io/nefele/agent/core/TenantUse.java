package io.nefele.agent.core;

import io.nefele.core.Codec;
import io.nefele.core.Name;
import io.nefele.table.tenant.Use;

/** What a tenant uses, at one server or at all. */
record TenantUse(Name tenant, Use use) {
  static final Codec<TenantUse> CODEC =
      Codec.of(
          (used, out) -> out.put(Name.CODEC, used.tenant).put(Use.CODEC, used.use),
          in -> new TenantUse(in.get(Name.CODEC), in.get(Use.CODEC)));
}
