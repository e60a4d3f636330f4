package io.nefele.lib;

import io.nefele.core.MalformedMessage;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.ProcessRows;
import io.nefele.wire.Request;
import io.nefele.wire.RequestCodec;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an agent, shared by any number of threads. Requests go out under a lock, whole
 * frame after whole frame; a reader thread hands each answer to the caller that waits for its
 * number. Once broken it stays broken: every waiting and every later call fails; {@link AgentLink}
 * opens another one.
 */
final class Connection implements AutoCloseable {
  /** More at once would be copied into a direct buffer of the same size, kept per thread. */
  private static final int WRITE_CHUNK_BYTES = 256 << 10;

  private static final int READ_BUFFER_BYTES = 64 << 10;

  private final Path socket;
  private final SocketChannel channel;
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, Waiting> unanswered = new ConcurrentHashMap<>();
  private volatile @Nullable NefeleException broken;

  /** A caller, and what has come for it; the reader's thread alone adds to that. */
  private static final class Waiting {
    final CompletableFuture<Response> answer = new CompletableFuture<>();
    private final ProcessRows rows = new ProcessRows();

    void take(Response response) {
      switch (response) {
        case Response.MoreProcesses(var more) -> rows.add(more);
        case Response.Processes(var last, var missing) when !rows.isEmpty() -> {
          rows.add(last);
          answer.complete(new Response.Processes(rows.inOrder(), missing));
        }
        default -> answer.complete(response);
      }
    }
  }

  private Connection(Path socket, SocketChannel channel) {
    this.socket = socket;
    this.channel = channel;
  }

  static Connection open(Path socket) throws NefeleException, ConnectionLost {
    Connection connection = new Connection(socket, connect(socket));
    Thread.ofPlatform().daemon().name("nefele-reader").start(connection::readAnswers);
    return connection;
  }

  private static SocketChannel connect(Path socket) throws NefeleException, ConnectionLost {
    if (!AgentSockets.fits(socket)) {
      throw new NefeleException(
          ErrorKind.USAGE,
          "the socket path "
              + socket
              + " is longer than the "
              + AgentSockets.MAX_PATH_BYTES
              + " bytes that Linux allows; choose a shorter NEFELE_HOME or NEFELE_SOCKET");
    }
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      closeQuietly(channel);
      if (String.valueOf(e.getMessage()).contains("Permission denied")) {
        throw new NefeleException(
            ErrorKind.UNREACHABLE,
            "permission denied on the agent's socket "
                + socket
                + "; ask as the user who owns it, or name your own agent with NEFELE_SOCKET",
            e);
      }
      throw new ConnectionLost(unreachable(socket, e), false);
    }
  }

  private static NefeleException unreachable(Path socket, IOException cause) {
    String message;
    if (Files.exists(socket)) {
      message =
          "no agent answers at "
              + socket
              + " ("
              + cause.getMessage()
              + "); it has stopped: start it again with 'nefele up N' or 'nefele agent'";
    } else {
      message =
          "no agent runs at "
              + socket
              + "; start one with 'nefele up N' or 'nefele agent', or name its socket with"
              + " --socket or NEFELE_SOCKET";
    }
    return new NefeleException(ErrorKind.UNREACHABLE, message, cause);
  }

  /**
   * Sends {@code request} and waits for its answer.
   *
   * @throws NefeleException if the agent refused, or did not answer within {@code patienceMillis}
   * @throws ConnectionLost if the agent is gone
   */
  Response call(Request request, long patienceMillis) throws NefeleException, ConnectionLost {
    int number = numbers.incrementAndGet();
    Waiting waiting = new Waiting();
    unanswered.put(number, waiting);
    try {
      checkWhole(false);
      write(RequestCodec.toFrame(number, request).toBuffer());
      return awaitAnswer(waiting.answer, patienceMillis);
    } finally {
      unanswered.remove(number);
    }
  }

  /** Whether calls can be made. */
  boolean isWhole() {
    return broken == null;
  }

  private Response awaitAnswer(CompletableFuture<Response> answer, long patienceMillis)
      throws NefeleException, ConnectionLost {
    try {
      Response response = answer.get(patienceMillis, TimeUnit.MILLISECONDS);
      if (response instanceof Response.Failed failed) {
        throw new NefeleException(failed.kind(), failed.message());
      }
      return response;
    } catch (TimeoutException e) {
      throw new NefeleException(
          ErrorKind.UNREACHABLE,
          "the agent at "
              + socket
              + " took the request but did not answer within "
              + patienceMillis
              + " ms; it may be frozen or overloaded: ask another agent with --at",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NefeleException(ErrorKind.FAILED, "interrupted while waiting for the agent", e);
    } catch (ExecutionException e) {
      checkWhole(true);
      throw new NefeleException(ErrorKind.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private void write(ByteBuffer frame) throws NefeleException, ConnectionLost {
    writing.lock();
    try {
      int end = frame.limit();
      while (frame.position() < end) {
        frame.limit(Math.min(end, frame.position() + WRITE_CHUNK_BYTES));
        channel.write(frame);
      }
    } catch (IOException e) {
      // Part of a frame may be out: nobody can use this connection any more.
      fail(gone(e));
      checkWhole(true);
    } finally {
      writing.unlock();
    }
  }

  private void readAnswers() {
    try {
      DataInputStream in =
          new DataInputStream(
              new BufferedInputStream(Channels.newInputStream(channel), READ_BUFFER_BYTES));
      while (true) {
        int length = Frame.checkLength(in.readInt());
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
          throw new EOFException("in the middle of an answer");
        }
        dispatch(Frame.parse(content));
      }
    } catch (MalformedMessage e) {
      fail(
          new NefeleException(
              ErrorKind.FAILED,
              "what listens at " + socket + " does not speak Nefele's protocol: " + e.getMessage(),
              e));
    } catch (NefeleException e) {
      fail(e);
    } catch (IOException e) {
      fail(gone(e));
    }
  }

  private void dispatch(Frame frame) throws MalformedMessage, NefeleException {
    if (frame.version() != Frame.VERSION) {
      throw new NefeleException(
          ErrorKind.FAILED,
          "the agent at "
              + socket
              + " speaks protocol version "
              + frame.version()
              + ", this program version "
              + Frame.VERSION
              + "; install the same version of Nefele for both");
    }
    Response response = ResponseCodec.fromFrame(frame);
    Waiting waiting = unanswered.get(frame.request());
    // A caller that lost patience has left; its late answer is nobody's.
    if (waiting != null) {
      waiting.take(response);
    }
  }

  private NefeleException gone(IOException cause) {
    String how =
        cause instanceof AsynchronousCloseException ? "this program closed" : "the agent closed";
    String why = cause instanceof EOFException ? "" : " (" + cause.getMessage() + ")";
    return new NefeleException(
        ErrorKind.UNREACHABLE,
        how
            + " the connection at "
            + socket
            + " before it had answered"
            + why
            + "; whether it did what was asked is not known",
        cause);
  }

  private void fail(NefeleException reason) {
    if (broken == null) {
      broken = reason;
    }
    closeQuietly(channel);
    for (Waiting waiting : unanswered.values()) {
      waiting.answer.completeExceptionally(reason);
    }
  }

  /**
   * @param asked whether the agent may have taken the request that this is checked for
   */
  private void checkWhole(boolean asked) throws NefeleException, ConnectionLost {
    NefeleException reason = broken;
    if (reason == null) {
      return;
    }
    NefeleException failure = new NefeleException(reason.kind(), reason.getMessage(), reason);
    if (reason.getCause() instanceof IOException) {
      throw new ConnectionLost(failure, asked);
    }
    throw failure;
  }

  @Override
  public void close() {
    fail(
        new NefeleException(
            ErrorKind.UNREACHABLE, "the connection to " + socket + " has been closed"));
  }

  private static void closeQuietly(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The connection is given up either way.
    }
  }
}
