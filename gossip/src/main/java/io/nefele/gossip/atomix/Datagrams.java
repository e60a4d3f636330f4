package io.nefele.gossip.atomix;

import io.nefele.core.Bytes;
import io.nefele.core.Endpoint;
import io.nefele.core.MalformedMessage;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sockets under Atomix's two datagram services, on one thread. The stock services allocate
 * whatever length a datagram claims and deserialise objects from it; here every byte is checked by
 * the {@link Frame} codec, and what fails is counted and dropped. Thread-safe.
 */
final class Datagrams {
  private final int cluster;
  private final Endpoint self;
  private final AtomicLong malformed = new AtomicLong();
  private volatile @Nullable EventLoopGroup loop;
  private volatile @Nullable DatagramChannel channel;

  Datagrams(String clusterId, Endpoint self) {
    this.cluster = clusterId.hashCode();
    this.self = self;
  }

  void countMalformed() {
    malformed.incrementAndGet();
  }

  long malformed() {
    return malformed.get();
  }

  /** Binds the agent's own endpoint. */
  void open(Consumer<Frame> received) throws IOException {
    EventLoopGroup opened =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("nefele-datagrams").factory(),
            NioIoHandler.newFactory());
    loop = opened;
    InetSocketAddress address = new InetSocketAddress(self.host(), self.port());
    SocketProtocolFamily family =
        address.getAddress() instanceof Inet6Address
            ? SocketProtocolFamily.INET6
            : SocketProtocolFamily.INET;
    channel = bound(bootstrap(opened, family, received).bind(address));
  }

  /** Listens to {@code group}, too; after {@link #open}. */
  void join(Endpoint group, Consumer<Frame> received) throws IOException {
    EventLoopGroup opened = loop;
    DatagramChannel sender = channel;
    if (opened == null || sender == null) {
      throw new IllegalStateException("not open");
    }
    NetworkInterface device = device();
    sender.config().setOption(ChannelOption.IP_MULTICAST_IF, device);
    InetSocketAddress address = new InetSocketAddress(group.host(), group.port());
    // Several agents of one host share the group's port.
    DatagramChannel receiver =
        bound(
            bootstrap(opened, SocketProtocolFamily.INET, received)
                .option(ChannelOption.SO_REUSEADDR, true)
                .bind(address));
    ChannelFuture joined = receiver.joinGroup(address, device).awaitUninterruptibly();
    if (!joined.isSuccess()) {
      throw new IOException("cannot join " + group + " on " + device.getName(), joined.cause());
    }
  }

  void send(String host, int port, String subject, byte[] payload) {
    DatagramChannel sender = channel;
    InetSocketAddress to = new InetSocketAddress(host, port);
    if (sender == null || to.isUnresolved()) {
      return;
    }
    Frame frame = new Frame(cluster, subject, self, Bytes.wrap(payload));
    byte[] content = Frame.CODEC.toBytes(frame).unsafeArray();
    sender.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(content), to));
  }

  boolean isOpen() {
    DatagramChannel opened = channel;
    return opened != null && opened.isActive();
  }

  void close() {
    EventLoopGroup opened = loop;
    if (opened != null) {
      opened.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private NetworkInterface device() throws SocketException {
    NetworkInterface device =
        NetworkInterface.getByInetAddress(
            new InetSocketAddress(self.host(), self.port()).getAddress());
    if (device == null) {
      throw new SocketException("no network interface has the address " + self.host());
    }
    return device;
  }

  private Bootstrap bootstrap(
      EventLoopGroup group, SocketProtocolFamily family, Consumer<Frame> received) {
    return new Bootstrap()
        .group(group)
        .channelFactory(() -> new NioDatagramChannel(family))
        .handler(new Receiver(received));
  }

  private static DatagramChannel bound(ChannelFuture future) throws IOException {
    future.awaitUninterruptibly();
    if (future.cause() != null) {
      throw future.cause() instanceof IOException e ? e : new IOException(future.cause());
    }
    return (DatagramChannel) future.channel();
  }

  private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Consumer<Frame> received;

    Receiver(Consumer<Frame> received) {
      this.received = received;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      byte[] content = new byte[packet.content().readableBytes()];
      packet.content().readBytes(content);
      try {
        Frame frame = Frame.CODEC.fromBytes(Bytes.wrap(content));
        if (frame.cluster() == cluster) {
          received.accept(frame);
        }
      } catch (MalformedMessage e) {
        countMalformed();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // A port closed elsewhere shows up as an ICMP error on this socket; probes tell it better.
    }
  }
}
