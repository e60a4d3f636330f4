package io.nefele.bench.clients;

import io.nefele.core.Bytes;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code echo NAME | trips NAME COUNT BYTES | sends NAME COUNT BYTES}: what {@code bench clients}
 * measures, in Java.
 */
public final class JavaClient {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private JavaClient() {}

  /** A program of its own. */
  public static void main(String[] args) throws NefeleException {
    String role = args[0];
    String name = args[1];
    try (Nefele fabric = Nefele.connect()) {
      // So that there is the mailbox.
      Optional<Response.Message> none = fabric.receive(name, Duration.ZERO);
      if (role.equals("echo") && none.isEmpty()) {
        System.out.println("ready");
        while (true) {
          Optional<Response.Message> got = fabric.receive(name, LIMIT);
          if (got.isPresent() && got.get().from().isPresent()) {
            fabric.send(
                Optional.of(name), got.get().from().get().toString(), got.get().payload(), LIMIT);
          }
        }
      }
      int count = Integer.parseInt(args[2]);
      Bytes payload = Bytes.wrap(new byte[Integer.parseInt(args[3])]);
      for (int i = 0; i < 2 * count; i++) {
        long begin = System.nanoTime();
        if (role.equals("trips")) {
          fabric.call(name, payload, LIMIT);
        } else {
          fabric.send(Optional.empty(), name, payload, LIMIT);
        }
        if (i >= count) {
          System.out.println(System.nanoTime() - begin);
        }
      }
    }
  }
}
