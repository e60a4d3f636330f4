package io.nefele.agent.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.core.Caller;
import io.nefele.agent.core.ClientToken;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.Request;
import io.nefele.wire.RequestCodec;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ApiServerTest {
  private static final Name TENANT = new Name("tenant");

  @TempDir private Path directory = Path.of("");
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> gone = new LinkedBlockingQueue<>();
  private Path path = Path.of("");
  private int ownUid;
  private Optional<ApiServer> server = Optional.empty();

  private record Asked(ClientToken token, Caller caller, Request request) {}

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("api.sock");
    ownUid = (Integer) Files.getAttribute(directory, "unix:uid");
    server = Optional.of(open(ownUid));
  }

  @AfterEach
  void close() throws IOException {
    server.orElseThrow().close();
  }

  @Test
  void aRequestArrivesWithWhoAskedAndItsAnswerGoesBack() throws Exception {
    try (SocketChannel client = connect()) {
      write(client, RequestCodec.toFrame(7, new Request.ListAgents()));
      Asked request = asked.take();
      assertEquals(new Request.ListAgents(), request.request());
      assertEquals(new Caller(ownUid, TENANT, Caller.Role.OPERATOR), request.caller());
      answer(request.token(), new Response.Done());
      Frame answer = read(client);
      assertEquals(7, answer.request());
      assertEquals(new Response.Done(), ResponseCodec.fromFrame(answer));
    }
    assertEquals(1L, gone.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void manyRequestsInOneWriteArriveOneByOne() throws Exception {
    try (SocketChannel client = connect()) {
      ByteBuffer all = ByteBuffer.allocate(1 << 16);
      for (int i = 0; i < 100; i++) {
        all.put(RequestCodec.toFrame(i, new Request.Lookup("name-" + i, 1)).toBuffer());
      }
      all.flip();
      while (all.hasRemaining()) {
        client.write(all.slice(all.position(), Math.min(7, all.remaining())));
        all.position(Math.min(all.limit(), all.position() + 7));
      }
      for (int i = 0; i < 100; i++) {
        assertEquals(new Request.Lookup("name-" + i, 1), asked.take().request());
      }
    }
  }

  @Test
  void anAnswerLargerThanTheSocketsBufferArrivesWhole() throws Exception {
    try (SocketChannel client = connect()) {
      write(client, RequestCodec.toFrame(1, new Request.ListAgents()));
      Response large = new Response.Output(Bytes.wrap(new byte[8 << 20]), 0, true);
      answer(asked.take().token(), large);
      assertEquals(large, ResponseCodec.fromFrame(read(client)));
    }
  }

  @Test
  void aClientThatNeverReadsLosesItsConnectionAndOthersAreServed() throws Exception {
    try (SocketChannel silent = connect();
        SocketChannel other = connect()) {
      Response large = new Response.Output(Bytes.wrap(new byte[60 << 20]), 0, true);
      for (int i = 0; i < 3; i++) {
        write(silent, RequestCodec.toFrame(i, new Request.ListAgents()));
        answer(asked.take().token(), large);
      }
      assertEquals(1L, gone.poll(10, TimeUnit.SECONDS));
      write(other, RequestCodec.toFrame(1, new Request.ListAgents()));
      answer(asked.take().token(), new Response.Done());
      assertEquals(new Response.Done(), ResponseCodec.fromFrame(read(other)));
    }
  }

  @Test
  void smallAnswersAreSentInTheirOrderWhenTheyAreFlushed() throws Exception {
    assertInOrder(new Response.Done());
  }

  @Test
  void aLargeAnswerAmongSmallOnesIsSentInItsTurn() throws Exception {
    assertInOrder(new Response.Output(Bytes.wrap(new byte[1 << 20]), 0, true));
  }

  private void assertInOrder(Response large) throws Exception {
    try (SocketChannel client = connect()) {
      ApiServer api = server.orElseThrow();
      for (int i = 0; i < 10; i++) {
        write(client, RequestCodec.toFrame(i, new Request.ListAgents()));
        api.reply(asked.take().token(), i == 5 ? large : new Response.Done());
      }
      api.flushReplies();
      for (int i = 0; i < 10; i++) {
        Frame answer = read(client);
        assertEquals(i, answer.request());
        assertEquals(i == 5 ? large : new Response.Done(), ResponseCodec.fromFrame(answer));
      }
    }
  }

  @Test
  void anotherVersionIsToldWhichOneIsSpoken() throws Exception {
    try (SocketChannel client = connect()) {
      write(client, new Frame(9, 1, 3, Bytes.EMPTY));
      assertFailed(read(client), ErrorKind.USAGE, "version 9");
    }
  }

  @Test
  void aMalformedRequestIsAnsweredAndTheConnectionGoesOn() throws Exception {
    try (SocketChannel client = connect()) {
      write(client, new Frame(Frame.VERSION, 3, 5, Bytes.utf8("x")));
      assertFailed(read(client), ErrorKind.USAGE, "malformed");
      write(client, RequestCodec.toFrame(6, new Request.ListGroups()));
      assertEquals(new Request.ListGroups(), asked.take().request());
    }
  }

  @Test
  void whatIsNoFrameEndsTheConnectionWithAWord() throws Exception {
    try (SocketChannel client = connect()) {
      client.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes("US-ASCII")));
      assertFailed(read(client), ErrorKind.USAGE, "not Nefele's protocol");
      assertEquals(-1, client.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void whoeverComesByATenantsSocketIsItsProcess_whateverTheUser() throws Exception {
    Name tenant = new Name("other");
    Path inside = directory.resolve("inside/api.sock");
    server.orElseThrow().admit(tenant, inside);
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(inside))) {
      write(client, RequestCodec.toFrame(1, new Request.ListAgents()));
      assertEquals(new Caller(ownUid, tenant, Caller.Role.PROCESS), asked.take().caller());
    }
    server.orElseThrow().close();
    assertTrue(Files.notExists(inside));
  }

  @Test
  void anotherUserIsNoOperator() throws Exception {
    server.orElseThrow().close();
    server = Optional.of(open(ownUid + 1));
    try (SocketChannel client = connect()) {
      write(client, RequestCodec.toFrame(1, new Request.ListAgents()));
      Caller.Role role = ownUid == 0 ? Caller.Role.OPERATOR : Caller.Role.USER;
      assertEquals(new Caller(ownUid, TENANT, role), asked.take().caller());
    }
  }

  @Test
  void aSocketThatAnotherAgentAnswersOnIsLeftAlone() {
    IOException refusal = assertThrows(IOException.class, () -> open(ownUid));
    assertTrue(refusal.toString().contains("another agent"), refusal::toString);
  }

  @Test
  void aSocketThatACrashLeftIsReplaced() throws Exception {
    server.orElseThrow().close();
    try (var dead = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    server = Optional.of(open(ownUid));
    try (SocketChannel client = connect()) {
      write(client, RequestCodec.toFrame(1, new Request.ListAgents()));
      assertEquals(new Request.ListAgents(), asked.take().request());
    }
  }

  private ApiServer open(int ownerUid) throws IOException {
    return ApiServer.open(
        path,
        new ApiServer.Access(ownerUid, TENANT),
        new ApiServer.Listener() {
          @Override
          public void asked(ClientToken token, Caller caller, Request request) {
            asked.add(new Asked(token, caller, request));
          }

          @Override
          public void gone(long connection) {
            gone.add(connection);
          }
        });
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  private static void write(SocketChannel client, Frame frame) throws IOException {
    ByteBuffer buffer = frame.toBuffer();
    while (buffer.hasRemaining()) {
      client.write(buffer);
    }
  }

  private static Frame read(SocketChannel client) throws Exception {
    ByteBuffer length = readFully(client, Frame.LENGTH_BYTES);
    return Frame.parse(readFully(client, Frame.checkLength(length.getInt())).array());
  }

  private static ByteBuffer readFully(SocketChannel client, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (client.read(buffer) < 0) {
        throw new IOException("closed after " + buffer.position() + " of " + bytes + " bytes");
      }
    }
    return buffer.flip();
  }

  private void answer(ClientToken to, Response response) {
    server.orElseThrow().reply(to, response);
    server.orElseThrow().flushReplies();
  }

  private static void assertFailed(Frame frame, ErrorKind kind, String words) throws Exception {
    var failed = assertInstanceOf(Response.Failed.class, ResponseCodec.fromFrame(frame));
    assertEquals(kind, failed.kind());
    assertTrue(failed.message().contains(words), failed.message());
  }
}
