package io.nefele.bench.fabric;

import io.nefele.core.Bytes;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands in for a tenant's init on one server: of each process that it is asked for it says that it
 * runs, and starts none. So a fabric has more processes than a machine, while all that its agents
 * do about them is what they always do. Speaks {@code docs/init-protocol.md}; of an end other than
 * by a signal it knows nothing.
 */
public final class SyntheticInit implements AutoCloseable {
  private static final int VERSION = 2;

  private static final int SPAWN = 1;
  private static final int RELEASE = 2;
  private static final int ABORT = 3;
  private static final int SIGNAL = 4;
  private static final int LIST = 5;
  private static final int SHUTDOWN = 7;
  private static final int MEASURE = 10;

  private static final int HELLO = 65;
  private static final int GATED = 66;
  private static final int STARTED = 67;
  private static final int EXITED = 69;
  private static final int LISTED = 70;
  private static final int MEASURED = 73;

  private static final int GATED_FLAG = 1;
  private static final int FULLY_ISOLATED = 2;
  private static final int ENDED_BY_SIGNAL = 1;
  private static final int ABORTED = 2;
  private static final int BACKLOG = 4;

  /** No process has it: nothing is ever signalled by it. */
  private static final int NO_PID = 1 << 30;

  private final Path socket;
  private final ServerSocketChannel server;

  private SyntheticInit(Path socket, ServerSocketChannel server) {
    this.socket = socket;
    this.server = server;
  }

  /** Listens where an agent looks for the tenant's init, before that agent needs it. */
  public static SyntheticInit listen(Path socket) throws IOException {
    Files.createDirectories(socket.getParent());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
    SyntheticInit init = new SyntheticInit(socket, server);
    Thread.ofVirtual().name("synthetic-init").start(init::accept);
    return init;
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel agent = server.accept();
        Thread.ofVirtual().name("synthetic-init").start(() -> serve(agent));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void serve(SocketChannel agent) {
    try (agent) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(agent));
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(agent));
      send(out, HELLO, new Encoder().int32(NO_PID).int8(FULLY_ISOLATED).int8(0));
      while (true) {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        Decoder request = new Decoder(Bytes.wrap(frame));
        request.int8();
        if (!answer(request.int8(), request, out)) {
          return;
        }
      }
    } catch (IOException | MalformedMessage e) {
      // The agent has gone, or speaks another protocol: it says so itself.
    }
  }

  private static boolean answer(int type, Decoder request, DataOutputStream out)
      throws IOException, MalformedMessage {
    switch (type) {
      case SPAWN -> {
        long token = request.int64();
        if ((request.int8() & GATED_FLAG) != 0) {
          send(out, GATED, new Encoder().int64(token).int32(NO_PID));
        } else {
          started(out, token);
        }
      }
      case RELEASE -> {
        for (long token : tokens(request)) {
          started(out, token);
        }
      }
      case ABORT -> {
        for (long token : tokens(request)) {
          exited(out, token, ABORTED, 0);
        }
      }
      case SIGNAL -> exited(out, request.int64(), ENDED_BY_SIGNAL, request.int8());
      case LIST -> send(out, LISTED, new Encoder());
      case MEASURE -> send(out, MEASURED, new Encoder());
      case SHUTDOWN -> {
        return false;
      }
      // Nothing is kept that could be acknowledged, fed, resized or discarded.
      default -> {}
    }
    return true;
  }

  private static List<Long> tokens(Decoder request) throws MalformedMessage {
    int count = request.int32();
    List<Long> tokens = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tokens.add(request.int64());
    }
    return tokens;
  }

  private static void started(DataOutputStream out, long token) throws IOException {
    send(out, STARTED, new Encoder().int64(token).int32(NO_PID).int64(nowMicros()));
  }

  private static void exited(DataOutputStream out, long token, int how, int number)
      throws IOException {
    send(
        out,
        EXITED,
        new Encoder()
            .int64(token)
            .int8(how)
            .int32(number)
            .int64(nowMicros())
            .int64(0)
            .int64(0)
            .bool(false));
  }

  private static long nowMicros() {
    return System.currentTimeMillis() * 1000;
  }

  private static void send(DataOutputStream out, int type, Encoder body) throws IOException {
    byte[] content = body.toBytes().unsafeArray();
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + 2 + content.length);
    frame.putInt(2 + content.length).put((byte) VERSION).put((byte) type).put(content);
    out.write(frame.array());
  }
}
