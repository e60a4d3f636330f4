package io.nefele.agent.outside;

import io.nefele.agent.core.OutsideAddress;
import io.nefele.agent.core.OutsideOrder;
import io.nefele.core.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One connection to somebody outside: what is sent is all bytes until this side ends, what comes
 * back is all until the other does.
 */
final class TcpCall implements AutoCloseable {
  private final Socket socket;
  private final InetAddress address;
  private final long connectMicros;
  private final Deadline deadline;

  private TcpCall(Socket socket, InetAddress address, long connectMicros, Deadline deadline) {
    this.socket = socket;
    this.address = address;
    this.connectMicros = connectMicros;
    this.deadline = deadline;
  }

  /**
   * Connects to the first of the addresses that lets it.
   *
   * @param connect until when there has to be a connection
   * @param deadline until when all has to be done
   * @throws IOException why the last of them did not
   */
  static TcpCall connect(
      List<OutsideAddress> addresses, int port, Deadline connect, Deadline deadline)
      throws IOException {
    IOException last = new IOException("no address");
    for (int i = 0; i < addresses.size(); i++) {
      int left = connect.leftMillis();
      // One that swallows all must not use up the time of those behind it.
      int patience = Math.max(1, left / (addresses.size() - i));
      InetAddress address = InetAddress.getByAddress(addresses.get(i).bytes().toArray());
      Socket socket = new Socket();
      try {
        long began = System.nanoTime();
        socket.connect(new InetSocketAddress(address, port), patience);
        long micros = (System.nanoTime() - began) / 1000;
        return new TcpCall(socket, address, micros, deadline);
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last;
  }

  long connectMicros() {
    return connectMicros;
  }

  /** Who it is that let it connect. */
  InetAddress address() {
    return address;
  }

  void send(Bytes payload) throws IOException {
    socket.getOutputStream().write(payload.unsafeArray());
    socket.shutdownOutput();
  }

  /** Writes and reads at a time: the other side may answer before it has read all. */
  Bytes call(Bytes payload, Replies replies) throws IOException, InterruptedException {
    FutureTask<Void> writing =
        new FutureTask<>(
            () -> {
              send(payload);
              return null;
            });
    Thread.ofVirtual().name("nefele-outside-writer").start(writing);
    Bytes reply = replies.read(deadline.input(socket));
    try {
      writing.get();
    } catch (ExecutionException e) {
      throw new IOException("it did not take all: " + e.getMessage(), e);
    }
    return reply;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What is done with a connection for one order. */
  Bytes carryOut(OutsideOrder.Kind kind, Bytes payload, Replies replies)
      throws IOException, InterruptedException {
    switch (kind) {
      case SEND -> send(payload);
      case CALL -> {
        return call(payload, replies);
      }
      case MEASURE -> {}
    }
    return Bytes.EMPTY;
  }
}
