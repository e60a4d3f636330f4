package io.nefele.agent.api;

import io.nefele.agent.core.Caller;
import io.nefele.agent.core.ClientToken;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.Request;
import io.nefele.wire.RequestCodec;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.Credentials;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Serves programs on the agent's Unix sockets: frames in and out, and the kernel's word on who is
 * at the other end (the credentials are why this is jnr-unixsocket and not the JDK's channel). Each
 * tenant's processes have a socket of their own, the only one they see, so that whoever comes that
 * way is one of them, whatever its user. One thread reads; all methods may be called from any
 * thread.
 */
public final class ApiServer implements AutoCloseable {
  private final Listener listener;
  private final Access access;
  private final Selector selector;
  private final List<Door> doors = new CopyOnWriteArrayList<>();

  /** Those that are not selected yet. */
  private final Queue<Door> opened = new ConcurrentLinkedQueue<>();

  private final Map<Long, ClientConnection> connections = new ConcurrentHashMap<>();

  /** Those with answers that are not sent yet. */
  private final Queue<ClientConnection> gathering = new ConcurrentLinkedQueue<>();

  private final Thread thread;
  private @Nullable Path link;
  private long lastConnection;
  private volatile boolean closed;

  /** Is told what clients want; called on the server's thread, and must return soon. */
  public interface Listener {
    void asked(ClientToken token, Caller caller, Request request);

    void gone(long connection);
  }

  /**
   * Who is who. Everybody may talk to the agent, which answers those that some tenant was granted
   * to, and operators.
   *
   * @param ownerUid the user that the agent runs as; it and root are operators
   * @param tenant whom operators act as
   */
  public record Access(int ownerUid, Name tenant) {
    Caller caller(int uid) {
      boolean operator = uid == 0 || uid == ownerUid;
      return new Caller(uid, tenant, operator ? Caller.Role.OPERATOR : Caller.Role.USER);
    }
  }

  /**
   * A socket that is listened on.
   *
   * @param tenant whose processes reach it; empty: whoever is let to it
   */
  private record Door(Path path, UnixServerSocketChannel server, Optional<Name> tenant) {}

  private ApiServer(Access access, Listener listener, Selector selector) {
    this.access = access;
    this.listener = listener;
    this.selector = selector;
    this.thread = new Thread(this::serve, "nefele-api");
    this.thread.setDaemon(true);
  }

  /**
   * Listens on {@code path}. A socket there that nobody answers on, as a crashed agent leaves it,
   * is replaced.
   *
   * @throws IOException if another agent answers there, or the path can't be used
   */
  public static ApiServer open(Path path, Access access, Listener listener) throws IOException {
    ApiServer api =
        new ApiServer(access, listener, NativeSelectorProvider.getInstance().openSelector());
    api.listen(path, Optional.empty());
    api.thread.start();
    return api;
  }

  /**
   * Also listens on {@code path}, where only processes of {@code tenant} come, which are not asked
   * who they are.
   *
   * @throws IOException as of {@link #open(Path, Access, Listener)}
   */
  public void admit(Name tenant, Path path) throws IOException {
    listen(path, Optional.of(tenant));
  }

  private void listen(Path path, Optional<Name> tenant) throws IOException {
    Files.createDirectories(path.resolve("..").normalize());
    Files.deleteIfExists(unanswered(path));
    UnixServerSocketChannel server = UnixServerSocketChannel.open();
    server.configureBlocking(false);
    server.socket().bind(new UnixSocketAddress(path.toFile()));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    Door door = new Door(path, server, tenant);
    doors.add(door);
    opened.add(door);
    selector.wakeup();
  }

  /**
   * As {@link #open(Path, Access, Listener)}, also reached by {@code link}, where a symbolic link
   * to the socket is put.
   */
  public static ApiServer open(Path path, Path link, Access access, Listener listener)
      throws IOException {
    Files.deleteIfExists(unanswered(link));
    ApiServer api = open(path, access, listener);
    Files.createSymbolicLink(link, path);
    api.link = link;
    return api;
  }

  /**
   * Answers a client, after {@link #flushReplies} at the latest; if it has gone, nothing happens.
   */
  public void reply(ClientToken token, Response response) {
    ClientConnection connection = connections.get(token.connection());
    if (connection != null) {
      Frame frame = ResponseCodec.toFrame(token.request(), response);
      if (connection.gather(frame.toBuffer())) {
        gathering.add(connection);
      }
    }
  }

  /** Sends what was answered: all answers to one client at once. */
  public void flushReplies() {
    for (ClientConnection next = gathering.poll(); next != null; next = gathering.poll()) {
      carryOut(next, next::writeGathered);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      thread.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (ClientConnection connection : connections.values()) {
      connection.close();
    }
    for (Door door : doors) {
      door.server().close();
      Files.deleteIfExists(door.path());
    }
    selector.close();
    if (link != null) {
      Files.deleteIfExists(link);
    }
  }

  /** What stands at {@code path} may be replaced. */
  private static Path unanswered(Path path) throws IOException {
    if (Files.exists(path)) {
      refuseIfAnswered(path);
    }
    return path;
  }

  private static void refuseIfAnswered(Path path) throws IOException {
    try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException("another agent answers on " + path + "; stop it, or name another path");
    } catch (SocketException e) {
      // Left by an agent that is gone.
    }
  }

  private void serve() {
    while (!closed) {
      try {
        selector.select();
        for (Door door = opened.poll(); door != null; door = opened.poll()) {
          door.server().register(selector, SelectionKey.OP_ACCEPT, door);
        }
        var keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          SelectionKey key = keys.next();
          keys.remove();
          handle(key);
        }
      } catch (IOException e) {
        // Trouble of one client has been dealt with; the others go on.
      }
    }
  }

  private void handle(SelectionKey key) throws IOException {
    if (!key.isValid()) {
      return;
    }
    if (key.attachment() instanceof Door door) {
      accept(door);
    } else if (key.attachment() instanceof ClientConnection connection) {
      serve(connection, key);
    }
  }

  private void serve(ClientConnection connection, SelectionKey key) {
    try {
      if (key.isWritable()) {
        connection.flush();
      }
      if (key.isReadable()) {
        read(connection);
      }
    } catch (IOException e) {
      drop(connection);
    }
  }

  private void accept(Door door) throws IOException {
    UnixSocketChannel channel = door.server().accept();
    if (channel == null) {
      return;
    }
    Credentials credentials = channel.getOption(UnixSocketOptions.SO_PEERCRED);
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
    int uid = credentials.getUid();
    Caller caller =
        door.tenant()
            .map(tenant -> new Caller(uid, tenant, Caller.Role.PROCESS))
            .orElseGet(() -> access.caller(uid));
    ClientConnection connection = new ClientConnection(++lastConnection, caller, channel, key);
    key.attach(connection);
    connections.put(connection.number(), connection);
  }

  private void read(ClientConnection connection) throws IOException {
    try {
      for (Frame frame = connection.read(); frame != null; frame = connection.nextFrame()) {
        take(connection, frame);
      }
    } catch (MalformedMessage e) {
      send(connection, refusal(0, "this is not Nefele's protocol: " + e.getMessage()));
      drop(connection);
    }
    if (connection.ended()) {
      drop(connection);
    }
  }

  private void take(ClientConnection connection, Frame frame) {
    Caller caller = connection.caller();
    if (frame.version() != Frame.VERSION) {
      send(
          connection,
          refusal(
              frame.request(),
              "the client speaks protocol version "
                  + frame.version()
                  + ", this agent version "
                  + Frame.VERSION
                  + "; install matching versions"));
      return;
    }
    try {
      Request request = RequestCodec.fromFrame(frame);
      listener.asked(new ClientToken(connection.number(), frame.request()), caller, request);
    } catch (MalformedMessage e) {
      send(connection, refusal(frame.request(), "malformed request: " + e.getMessage()));
    }
  }

  private static Frame refusal(int request, String message) {
    return ResponseCodec.toFrame(request, new Response.Failed(ErrorKind.USAGE, message));
  }

  private void send(ClientConnection connection, Frame frame) {
    carryOut(connection, () -> connection.write(frame.toBuffer()));
  }

  /** What writes to a client; it says whether all went out. */
  private interface Writing {
    boolean write() throws IOException;
  }

  private void carryOut(ClientConnection connection, Writing writing) {
    try {
      if (!writing.write()) {
        selector.wakeup();
      }
    } catch (IOException e) {
      // It is gone, or does not read; of one that was closed here the reading side hears nothing.
      drop(connection);
    }
  }

  private void drop(@Nullable ClientConnection connection) {
    if (connection != null && connections.remove(connection.number()) != null) {
      connection.close();
      listener.gone(connection.number());
    }
  }
}
