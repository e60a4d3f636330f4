package io.nefele.cli;

import io.nefele.lib.Bundle;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ProcessSpec;
import java.util.Optional;

/**
 * What to start, all of it: its bundle is known by what is in it.
 *
 * @param spec names the bundle
 * @param bundle to be given to an agent before; empty if nothing is shipped
 * @param label what people call the bundle
 */
record Packed(ProcessSpec spec, Optional<Bundle> bundle, String label) {

  /** Gives {@code agent} what it has not got of the bundle. */
  void send(Console console, Nefele agent) throws NefeleException {
    if (bundle.isPresent()) {
      try (ShipProgress progress = new ShipProgress(console, label, bundle.get().bytes())) {
        agent.bundles().ship(bundle.get(), progress);
      }
    }
  }
}
