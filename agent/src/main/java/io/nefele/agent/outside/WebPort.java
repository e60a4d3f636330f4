package io.nefele.agent.outside;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nefele.core.Bytes;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** A port at which each POST is a call, and what it is answered with the reply. */
final class WebPort implements AutoCloseable {
  private static final int BACKLOG = 64;
  private static final int DONE = 200;
  private static final int NOT_A_POST = 405;
  private static final int TOO_LARGE = 413;
  private static final int NOBODY = 503;
  private static final int TOO_LATE = 504;

  static {
    // Read once, by the first server: whoever sends nothing for so many seconds is dropped.
    System.setProperty(
        "sun.net.httpserver.maxReqTime", Integer.toString(Exposures.TRANSFER_MILLIS / 1000));
    System.setProperty(
        "jdk.httpserver.maxConnections", Integer.toString(4 * Exposures.CONNECTIONS_MAX));
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private WebPort(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  static WebPort open(Exposures exposures, InetSocketAddress at) throws IOException {
    HttpServer server = HttpServer.create(at, BACKLOG);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    Semaphore room = new Semaphore(Exposures.CONNECTIONS_MAX);
    server.createContext("/", exchange -> serve(exposures, at.getPort(), room, exchange));
    server.start();
    return new WebPort(server, threads);
  }

  private static void serve(Exposures exposures, int port, Semaphore room, HttpExchange exchange)
      throws IOException {
    if (!room.tryAcquire()) {
      answer(exchange, NOBODY, text("too many call at a time"));
      return;
    }
    try {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        answer(exchange, NOT_A_POST, text("only POST is a call"));
        return;
      }
      Bytes request = exposures.requests().read(exchange.getRequestBody());
      switch (exposures.call(port, request)) {
        case Response.Reply reply -> answer(exchange, DONE, reply.payload());
        case Response.Failed failed when failed.kind() == ErrorKind.PARTIAL ->
            answer(exchange, TOO_LATE, text("no reply in time"));
        default -> answer(exchange, NOBODY, text("nobody answers"));
      }
    } catch (Replies.TooLarge e) {
      answer(exchange, TOO_LARGE, text(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    } finally {
      room.release();
    }
  }

  private static Bytes text(String text) {
    return Bytes.utf8(text + "\n");
  }

  private static void answer(HttpExchange exchange, int status, Bytes body) throws IOException {
    Thread self = Thread.currentThread();
    Thread.ofVirtual().start(() -> Deadline.endAfter(self, Exposures.TRANSFER_MILLIS));
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type(status));
      exchange.sendResponseHeaders(status, body.size() == 0 ? -1 : body.size());
      if (body.size() > 0) {
        exchange.getResponseBody().write(body.unsafeArray());
      }
    }
  }

  private static String type(int status) {
    return status == DONE
        ? "application/octet-stream"
        : "text/plain; charset=" + StandardCharsets.UTF_8;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
