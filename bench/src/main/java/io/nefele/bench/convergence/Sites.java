package io.nefele.bench.convergence;

import io.nefele.core.Endpoint;
import java.io.IOException;
import java.util.List;

/** Where the members of a trial are. They are numbered from 0. */
interface Sites {
  /** All of them on the loopback address of this network. */
  Sites LOOPBACK =
      new Sites() {
        @Override
        public List<Endpoint> endpoints(int members) throws IOException {
          return Ports.free(members).stream().map(port -> new Endpoint("127.0.0.1", port)).toList();
        }

        @Override
        public List<String> wrap(int member, List<String> command) {
          return command;
        }
      };

  /** Where each of the first {@code members} listens; nothing does there yet. */
  List<Endpoint> endpoints(int members) throws IOException;

  /** {@code command}, run where {@code member} is. */
  List<String> wrap(int member, List<String> command);
}
