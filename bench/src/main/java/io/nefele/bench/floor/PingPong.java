package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Samples;
import java.io.EOFException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Round trips of a small message between two JVMs over a bare socket: what any fabric pays at
 * least.
 */
public final class PingPong {
  /** The socket that carries it. */
  public enum Carrier {
    UNIX,
    TCP
  }

  private static final List<String> ECHO_FLAGS =
      List.of("-Xmx64m", "-XX:CompileThresholdScaling=1");

  private PingPong() {}

  /**
   * Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} others.
   *
   * @param size of the message each way, in bytes
   */
  public static Samples measure(
      Distribution distribution, Carrier carrier, int size, int warmUp, int count)
      throws IOException, BenchFailure, InterruptedException {
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "nefele-bench-");
    Path socket = directory.resolve("echo.sock");
    List<String> command =
        new ArrayList<>(distribution.benchCommand(ECHO_FLAGS, PingPong.class.getName()));
    SocketAddress unix = UnixDomainSocketAddress.of(socket);
    SocketAddress address =
        carrier == Carrier.UNIX ? unix : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerSocketChannel server = open(carrier, address)) {
      command.add(describe(server.getLocalAddress()));
      command.add(Integer.toString(size));
      Process echo =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      try (SocketChannel channel = server.accept()) {
        prepare(channel);
        roundTrips(channel, size, warmUp);
        return roundTrips(channel, size, count);
      } finally {
        echo.destroyForcibly().waitFor();
      }
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(directory);
    }
  }

  /** The other end: connects to the address in {@code args[0]} and returns what comes. */
  public static void main(String[] args) throws IOException {
    try (SocketChannel channel = SocketChannel.open(parse(args[0]))) {
      prepare(channel);
      ByteBuffer message = ByteBuffer.allocateDirect(Integer.parseInt(args[1]));
      while (true) {
        message.clear();
        readFully(channel, message);
        message.flip();
        writeFully(channel, message);
      }
    } catch (EOFException e) {
      // The measurement is over.
    }
  }

  private static Samples roundTrips(SocketChannel channel, int size, int count) throws IOException {
    Samples samples = new Samples();
    ByteBuffer message = ByteBuffer.allocateDirect(size);
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      message.clear();
      writeFully(channel, message);
      message.clear();
      readFully(channel, message);
      samples.addNanos(System.nanoTime() - begin);
    }
    return samples;
  }

  private static ServerSocketChannel open(Carrier carrier, SocketAddress address)
      throws IOException {
    ServerSocketChannel server =
        switch (carrier) {
          case UNIX -> ServerSocketChannel.open(StandardProtocolFamily.UNIX);
          case TCP -> ServerSocketChannel.open();
        };
    return server.bind(address);
  }

  private static String describe(SocketAddress address) {
    return switch (address) {
      case UnixDomainSocketAddress unix -> unix.getPath().toString();
      case InetSocketAddress inet -> Integer.toString(inet.getPort());
      default -> throw new IllegalArgumentException(address.toString());
    };
  }

  private static SocketAddress parse(String described) {
    return described.startsWith("/")
        ? UnixDomainSocketAddress.of(described)
        : new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(described));
  }

  private static void prepare(SocketChannel channel) throws IOException {
    if (channel.getLocalAddress() instanceof InetSocketAddress) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  private static void writeFully(SocketChannel channel, ByteBuffer message) throws IOException {
    while (message.hasRemaining()) {
      channel.write(message);
    }
  }

  private static void readFully(SocketChannel channel, ByteBuffer message) throws IOException {
    while (message.hasRemaining()) {
      if (channel.read(message) < 0) {
        throw new EOFException();
      }
    }
  }
}
