package io.nefele.lib;

import io.nefele.core.Bytes;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Gives an agent what it lacks of a bundle. */
final class Upload {
  private static final int AT_A_TIME = 4;

  /** What goes wrong so often, such as a full cache, goes wrong for good. */
  private static final int ROUNDS_MAX = 5;

  private final Asking asking;
  private final Bundle bundle;
  private final LongConsumer progress;
  private final AtomicLong sentBytes = new AtomicLong();

  Upload(Asking asking, Bundle bundle, LongConsumer progress) {
    this.asking = asking;
    this.bundle = bundle;
    this.progress = progress;
  }

  Bundles.Shipped run() throws NefeleException {
    Request offer = new Request.OfferBundle(bundle.encoded());
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Response.Missing missing = asking.ask(offer, Asking.PATIENCE, Response.Missing.class);
      if (missing.chunks().isEmpty()) {
        return new Bundles.Shipped(missing.bundle(), bundle.bytes(), sentBytes.get());
      }
      put(missing);
    }
    throw new NefeleException(
        ErrorKind.FAILED,
        "the agent goes on to lack some of the program; does its disk lose what is written?");
  }

  private void put(Response.Missing missing) throws NefeleException {
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> puts =
          Stream.generate(() -> workers.submit(() -> putSome(missing, next)))
              .limit(AT_A_TIME)
              .toList();
      for (Future<Void> put : puts) {
        put.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof NefeleException failure
          ? failure
          : new NefeleException(ErrorKind.FAILED, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NefeleException(ErrorKind.FAILED, "interrupted while it was shipped");
    }
  }

  private Void putSome(Response.Missing missing, AtomicInteger next) throws NefeleException {
    List<Integer> chunks = missing.chunks();
    for (int i = next.getAndIncrement(); i < chunks.size(); i = next.getAndIncrement()) {
      Bytes content = bundle.chunk(chunks.get(i));
      try {
        asking.ask(
            new Request.PutChunk(missing.bundle(), chunks.get(i), content),
            Asking.PATIENCE,
            Response.Done.class);
      } catch (NefeleException e) {
        // The others need not go on.
        next.set(chunks.size());
        throw e;
      }
      sent(content.size());
    }
    return null;
  }

  private synchronized void sent(int bytes) {
    progress.accept(sentBytes.addAndGet(bytes));
  }
}
