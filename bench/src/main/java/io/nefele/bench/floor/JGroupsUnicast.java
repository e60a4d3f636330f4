package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Samples;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.pbcast.GMS;

/** Unicasts between two JVMs of one JGroups cluster, by the stack that its makers ship for TCP. */
public final class JGroupsUnicast {
  private static final String CLUSTER = "bench";
  private static final Duration LIMIT = Duration.ofSeconds(120);

  /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
  private static final Logger LOG = Logger.getLogger("org.jgroups");

  private JGroupsUnicast() {}

  /**
   * Measures {@code count} round trips of {@code size} bytes, after {@code warmUp} that are not
   * counted. The thread that brings an answer sends the next one, so that none has to be woken.
   *
   * @param size of the message each way, in bytes; at least 1
   * @throws Exception what JGroups throws, and {@link BenchFailure}
   */
  public static Samples measure(Distribution distribution, int size, int warmUp, int count)
      throws Exception {
    return measured(
        distribution,
        (channel, partner) -> {
          Caller caller = new Caller(channel, partner, message(size, 1), warmUp, count);
          channel.setReceiver(receiver(unused -> caller.answered()));
          caller.send();
          return await(caller.done);
        });
  }

  /**
   * Measures how fast {@code count} messages of {@code size} bytes go one way, from before the
   * first is sent until the receiver has answered that it has all; after as many to warm up.
   *
   * @param size in bytes; at least 1
   * @throws Exception what JGroups throws, and {@link BenchFailure}
   */
  public static Quantity rate(Distribution distribution, int size, int count) throws Exception {
    return measured(
        distribution,
        (channel, partner) -> {
          oneWay(channel, partner, size, count);
          return oneWay(channel, partner, size, count);
        });
  }

  /** Messages that begin with 0 are not answered; the last one is, and they come in order. */
  private static Quantity oneWay(JChannel channel, Address partner, int size, int count)
      throws Exception {
    CompletableFuture<Long> endNanos = new CompletableFuture<>();
    channel.setReceiver(receiver(unused -> endNanos.complete(System.nanoTime())));
    byte[] message = message(size, 0);
    long begin = System.nanoTime();
    for (int i = 1; i < count; i++) {
      channel.send(partner, message);
    }
    channel.send(partner, message(size, 1));
    return Quantity.perSecond(count / ((await(endNanos) - begin) / 1e9));
  }

  private interface Measurement<T> {
    T of(JChannel channel, Address partner) throws Exception;
  }

  private static <T> T measured(Distribution distribution, Measurement<T> measurement)
      throws Exception {
    List<Integer> ports = twoFreePorts();
    String here = ports.get(0).toString();
    String there = ports.get(1).toString();
    try (PartnerJvm echo = PartnerJvm.start(distribution, JGroupsUnicast.class, there, here)) {
      // Two that start at once could form two clusters, which takes long to heal.
      ProcessLines.of("the echo by JGroups", echo.process(), LIMIT).next();
      try (JChannel channel = channel(here, there)) {
        channel.connect(CLUSTER);
        Address partner =
            channel.getView().getMembers().stream()
                .filter(member -> !member.equals(channel.getAddress()))
                .findFirst()
                .orElseThrow(() -> new BenchFailure("two members of JGroups did not meet"));
        return measurement.of(channel, partner);
      }
    }
  }

  private static JChannel channel(String here, String there) throws Exception {
    // Ends that close one after the other are worth a warning to it, with a stack trace.
    LOG.setLevel(Level.OFF);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    JChannel channel = new JChannel("tcp.xml");
    TP transport = channel.getProtocolStack().getTransport();
    transport.setBindAddress(loopback);
    transport.setBindPort(Integer.parseInt(here));
    // They would open one more port.
    transport.getDiagnosticsHandler().setEnabled(false);
    // It has taken over the address that the transport had before, and would listen on all.
    FD_SOCK2 failureDetection = channel.getProtocolStack().findProtocol(FD_SOCK2.class);
    failureDetection.setBindAddress(loopback);
    TCPPING discovery = channel.getProtocolStack().findProtocol(TCPPING.class);
    discovery.setPortRange(0);
    discovery.setInitialHosts(
        Stream.of(here, there)
            .map(port -> new InetSocketAddress(loopback, Integer.parseInt(port)))
            .toList());
    GMS membership = channel.getProtocolStack().findProtocol(GMS.class);
    membership.printLocalAddress(false);
    return channel;
  }

  /** They were free a moment ago. */
  private static List<Integer> twoFreePorts() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return List.of(one.getLocalPort(), other.getLocalPort());
    }
  }

  private static byte[] message(int size, int first) {
    byte[] message = new byte[size];
    message[0] = (byte) first;
    return message;
  }

  private static Receiver receiver(Consumer<Message> onMessage) {
    return new Receiver() {
      @Override
      public void receive(Message message) {
        onMessage.accept(message);
      }
    };
  }

  private static <T> T await(CompletableFuture<T> answer) throws Exception {
    try {
      return answer.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new BenchFailure(
          "the echo by JGroups did not answer within " + LIMIT.toSeconds() + " s");
    }
  }

  /** Sends the next one when the answer to the last one is there. */
  private static final class Caller {
    private final JChannel channel;
    private final Address partner;
    private final byte[] message;
    private final int warmUp;
    private final int count;
    private final CompletableFuture<Samples> done = new CompletableFuture<>();
    private final Samples samples = new Samples();
    private int answers;
    private volatile long beganNanos;

    Caller(JChannel channel, Address partner, byte[] message, int warmUp, int count) {
      this.channel = channel;
      this.partner = partner;
      this.message = message;
      this.warmUp = warmUp;
      this.count = count;
    }

    void send() {
      beganNanos = System.nanoTime();
      try {
        channel.send(partner, message);
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    }

    void answered() {
      if (++answers > warmUp) {
        samples.addNanos(System.nanoTime() - beganNanos);
      }
      if (answers < warmUp + count) {
        send();
      } else {
        done.complete(samples);
      }
    }
  }

  /**
   * The other end, at the port in {@code args[0]}, with its partner at that in {@code args[1]}:
   * says that it is there, and ends with the JVM that has started it.
   */
  public static void main(String[] args) throws Exception {
    try (JChannel channel = channel(args[0], args[1])) {
      channel.setReceiver(
          receiver(
              message -> {
                if (message.getArray()[message.getOffset()] == 1) {
                  answer(channel, message);
                }
              }));
      channel.connect(CLUSTER);
      System.out.println("ready");
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Nobody but the caller, who waits, could do something about a failure. */
  private static void answer(JChannel channel, Message message) {
    int begin = message.getOffset();
    byte[] copy = Arrays.copyOfRange(message.getArray(), begin, begin + message.getLength());
    try {
      channel.send(message.getSrc(), copy);
    } catch (Exception e) {
      System.err.println("the echo by JGroups cannot answer: " + e);
    }
  }
}
