package io.nefele.bench.floor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * One copy of so many bytes over a bare TCP connection, from one place of the network to another.
 */
public final class SocketCopy {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int PORT = 4900;

  private SocketCopy() {}

  /**
   * Until the receiver has said that it has all of it.
   *
   * @param from the words before a command that run it where the bytes come from
   * @param to the same for where they go
   * @param host the address there
   * @return nanoseconds, without the starts of the two programs
   */
  public static long measure(
      Distribution distribution, List<String> from, List<String> to, String host, long bytes)
      throws IOException, InterruptedException, BenchFailure {
    Process receiver = start(distribution, to, "receive", host, Long.toString(bytes));
    try {
      if (!"ready".equals(receiver.inputReader(UTF_8).readLine())) {
        throw new BenchFailure("nothing listens at " + host + " to copy to");
      }
      Process sender = start(distribution, from, "send", host, Long.toString(bytes));
      try {
        String line = sender.inputReader(UTF_8).readLine();
        if (line == null) {
          throw new BenchFailure("the copy to " + host + " did not end");
        }
        return Long.parseLong(line);
      } finally {
        sender.destroyForcibly().waitFor();
      }
    } finally {
      receiver.destroyForcibly().waitFor();
    }
  }

  private static Process start(Distribution distribution, List<String> where, String... arguments)
      throws IOException, BenchFailure {
    List<String> command = new ArrayList<>(where);
    command.addAll(distribution.benchCommand(List.of("-Xmx64m"), SocketCopy.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** One of the two programs. */
  public static void main(String[] args) throws IOException {
    long bytes = Long.parseLong(args[2]);
    if (args[0].equals("receive")) {
      receive(args[1], bytes);
    } else {
      send(args[1], bytes);
    }
  }

  private static void receive(String host, long bytes) throws IOException {
    try (ServerSocket server = new ServerSocket(PORT, 1, InetAddress.getByName(host))) {
      System.out.println("ready");
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = bytes;
        while (left > 0) {
          int read = in.read(buffer);
          if (read < 0) {
            throw new IOException("cut off with " + left + " bytes left");
          }
          left -= read;
        }
        socket.getOutputStream().write(1);
      }
    }
  }

  private static void send(String host, long bytes) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, PORT));
      OutputStream out = socket.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      long begin = System.nanoTime();
      for (long left = bytes; left > 0; left -= buffer.length) {
        out.write(buffer, 0, (int) Math.min(buffer.length, left));
      }
      socket.getInputStream().read();
      System.out.println(System.nanoTime() - begin);
    }
  }
}
