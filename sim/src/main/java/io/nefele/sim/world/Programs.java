package io.nefele.sim.world;

import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.wire.Manifest;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What clients ship: a few programs, of which each is much like the one before. */
final class Programs {
  private static final int COUNT = 4;
  private static final int CHUNKS = 6;
  private static final int CHUNK_BYTES = 16;

  private final Clients clients;

  Programs(Clients clients) {
    this.clients = clients;
  }

  /**
   * Gives a program to the agent.
   *
   * @param then gets its bundle, or nothing if the agent does not take it
   */
  void ship(Life life, int number, Consumer<Optional<String>> then) {
    List<Bytes> chunks = chunks(number % COUNT);
    List<Digest> digests = chunks.stream().map(BundleDisk::digest).toList();
    Manifest manifest =
        new Manifest(
            CHUNK_BYTES,
            List.of(
                new Manifest.Entry.File(
                    "prog", true, (long) CHUNK_BYTES * chunks.size(), digests)));
    clients.ask(
        life,
        new Request.OfferBundle(Manifest.CODEC.toBytes(manifest)),
        response -> {
          if (response instanceof Response.Missing(String bundle, var missing)) {
            put(life, bundle, chunks, new ArrayList<>(missing), then);
          } else {
            then.accept(Optional.empty());
          }
        });
  }

  private void put(
      Life life,
      String bundle,
      List<Bytes> chunks,
      List<Integer> missing,
      Consumer<Optional<String>> then) {
    if (missing.isEmpty()) {
      then.accept(Optional.of(bundle));
      return;
    }
    int next = missing.removeFirst();
    clients.ask(
        life,
        new Request.PutChunk(bundle, next, chunks.get(next)),
        response -> {
          if (response instanceof Response.Done) {
            put(life, bundle, chunks, missing, then);
          } else {
            then.accept(Optional.empty());
          }
        });
  }

  private static List<Bytes> chunks(int version) {
    List<Bytes> chunks = new ArrayList<>();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      boolean old = chunk < CHUNKS / 2;
      String text = "chunk " + chunk + " of " + (old ? 0 : version);
      chunks.add(Bytes.utf8((text + " ".repeat(CHUNK_BYTES)).substring(0, CHUNK_BYTES)));
    }
    return chunks;
  }
}
