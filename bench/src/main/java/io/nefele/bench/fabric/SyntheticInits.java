package io.nefele.bench.fabric;

import io.nefele.agent.TenantPlaces;
import io.nefele.core.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The stand-ins for the inits of some tenants, on all servers of a fabric. To be closed after that
 * fabric is down, since its agents take what they run for lost otherwise.
 */
public final class SyntheticInits implements AutoCloseable {
  private final List<SyntheticInit> inits = new ArrayList<>();

  /** From now on processes of {@code tenant}, which has none yet, are synthetic in the fabric. */
  public void standInFor(Name tenant, BenchFabric fabric) throws IOException {
    for (int agent = 1; agent <= fabric.agents(); agent++) {
      inits.add(SyntheticInit.listen(new TenantPlaces(fabric.directory(agent)).init(tenant)));
    }
  }

  @Override
  public void close() throws IOException {
    for (SyntheticInit init : inits) {
      init.close();
    }
  }
}
