package io.nefele.lib;

import io.nefele.wire.Frame;
import io.nefele.wire.Request;
import io.nefele.wire.RequestCodec;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A real Unix socket behind which a test plays the agent. */
public final class FakeAgent implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Behaviour behaviour;
  private final List<SocketChannel> clients = new CopyOnWriteArrayList<>();

  /** What the agent does with a request. */
  public interface Behaviour {
    void received(int number, Request request, Client client) throws IOException;
  }

  private FakeAgent(ServerSocketChannel server, Behaviour behaviour) {
    this.server = server;
    this.behaviour = behaviour;
  }

  /** An agent at {@code socket} that answers each request at once. */
  public static FakeAgent answering(Path socket, Function<Request, Response> answers)
      throws IOException {
    return start(
        socket, (number, request, client) -> client.answer(number, answers.apply(request)));
  }

  public static FakeAgent start(Path socket, Behaviour behaviour) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    FakeAgent agent = new FakeAgent(server, behaviour);
    Thread.ofVirtual().start(agent::acceptAll);
    return agent;
  }

  private void acceptAll() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        clients.add(channel);
        Thread.ofVirtual().start(() -> serve(channel));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(SocketChannel channel) {
    Client client = new Client(channel);
    try (channel) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      while (true) {
        Frame frame = Frame.parse(in.readNBytes(Frame.checkLength(in.readInt())));
        behaviour.received(frame.request(), RequestCodec.fromFrame(frame), client);
      }
    } catch (Exception gone) {
      // The client, or the test, has closed it.
    }
  }

  /** The connection of one client. */
  public record Client(SocketChannel channel) {
    public void answer(int number, Response response) throws IOException {
      write(ResponseCodec.toFrame(number, response).toBuffer());
    }

    public synchronized void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    public void hangUp() throws IOException {
      channel.close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel client : clients) {
      client.close();
    }
  }
}
