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

/** A port at which something is done with each POST. */
final class WebPort implements AutoCloseable {
  private static final int BACKLOG = 64;

  static final int DONE = 200;
  static final int STORED = 204;
  static final int MALFORMED = 400;
  static final int STRANGER = 401;
  static final int NOBODY = 404;
  static final int NOT_A_POST = 405;
  static final int TOO_LARGE = 413;
  static final int NOT_NOW = 503;
  static final int PERHAPS = 504;

  /** What is done. */
  interface Taker {
    /** Puts into the answer, whatever it will be, who answers. */
    default void begin(HttpExchange exchange) {}

    Answer take(HttpExchange exchange, Bytes request) throws IOException, InterruptedException;
  }

  /** What a POST is answered with. */
  record Answer(int status, Bytes body) {
    static Answer text(int status, String text) {
      return new Answer(status, Bytes.utf8(text + "\n"));
    }
  }

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

  static WebPort open(Exposures exposures, InetSocketAddress at, Taker taker) throws IOException {
    HttpServer server = HttpServer.create(at, BACKLOG);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    Semaphore room = new Semaphore(Exposures.CONNECTIONS_MAX);
    server.createContext("/", exchange -> serve(exposures, taker, room, exchange));
    server.start();
    return new WebPort(server, threads);
  }

  /** Each POST is a call of a name, and what it is answered with the reply. */
  static Taker calls(Exposures exposures, int port) {
    return (exchange, request) ->
        switch (exposures.call(port, request)) {
          case Response.Reply reply -> new Answer(DONE, reply.payload());
          case Response.Failed failed when failed.kind() == ErrorKind.PARTIAL ->
              Answer.text(PERHAPS, "no reply in time");
          default -> Answer.text(NOT_NOW, "nobody answers");
        };
  }

  private static void serve(Exposures exposures, Taker taker, Semaphore room, HttpExchange exchange)
      throws IOException {
    taker.begin(exchange);
    if (!room.tryAcquire()) {
      answer(exchange, Answer.text(NOT_NOW, "too many call at a time"));
      return;
    }
    try {
      if (exchange.getRequestMethod().equals("POST")) {
        answer(
            exchange, taker.take(exchange, exposures.requests().read(exchange.getRequestBody())));
      } else {
        exchange.getResponseHeaders().set("Allow", "POST");
        answer(exchange, Answer.text(NOT_A_POST, "only POST is a call"));
      }
    } catch (Replies.TooLarge e) {
      answer(exchange, Answer.text(TOO_LARGE, String.valueOf(e.getMessage())));
    } catch (Replies.NoRoom e) {
      answer(exchange, Answer.text(NOT_NOW, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    } finally {
      room.release();
    }
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    Thread self = Thread.currentThread();
    Thread.ofVirtual().start(() -> Deadline.endAfter(self, Exposures.TRANSFER_MILLIS));
    int size = answer.body().size();
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type(answer.status()));
      exchange.sendResponseHeaders(answer.status(), size == 0 ? -1 : size);
      if (size > 0) {
        exchange.getResponseBody().write(answer.body().unsafeArray());
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
