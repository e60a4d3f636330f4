package io.nefele.agent.outside;

import io.nefele.core.Bytes;
import io.nefele.wire.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A port at which each connection is a call: all bytes until the other side ends, and then the
 * reply. A call that fails ends without one.
 */
final class TcpPort implements AutoCloseable {
  private static final int BACKLOG = 64;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final Exposures exposures;
  private final ServerSocket server;
  private final Semaphore room = new Semaphore(Exposures.CONNECTIONS_MAX);
  private final Thread accepting;

  private TcpPort(Exposures exposures, ServerSocket server) {
    this.exposures = exposures;
    this.server = server;
    this.accepting =
        Thread.ofVirtual().name("nefele-port-" + server.getLocalPort()).unstarted(this::accept);
  }

  static TcpPort open(Exposures exposures, InetSocketAddress at) throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.bind(at, BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    TcpPort port = new TcpPort(exposures, server);
    port.accepting.start();
    return port;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (room.tryAcquire()) {
          Thread.ofVirtual().name("nefele-called").start(() -> serve(socket));
        } else {
          socket.close();
        }
      } catch (IOException e) {
        // Closed, or the other side was gone already.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Deadline deadline = Deadline.in(Exposures.TRANSFER_MILLIS);
      Bytes request = exposures.requests().read(deadline.input(socket));
      if (exposures.call(server.getLocalPort(), request) instanceof Response.Reply reply) {
        Thread self = Thread.currentThread();
        Thread.ofVirtual().start(() -> Deadline.endAfter(self, Exposures.TRANSFER_MILLIS));
        socket.getOutputStream().write(reply.payload().unsafeArray());
      }
    } catch (IOException | InterruptedException e) {
      // The connection ends without a reply, whoever has brought that about.
    } finally {
      room.release();
    }
  }

  /** The port is free only when nobody waits at it any more. */
  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
    accepting.join(CLOSE_MAX);
  }
}
