package io.nefele.bench.convergence;

import io.nefele.core.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;

/** One flat JGroups group with the stack that its makers ship for TCP. */
final class JGroupsPeer implements Peer {
  private static final String BIND =
      "match-interface:eth2,match-interface:eth0,site_local,loopback";

  private final Layout layout;
  private final SortedMap<Integer, JChannel> channels = new TreeMap<>();

  JGroupsPeer(Layout layout) {
    this.layout = layout;
  }

  @Override
  public SortedSet<Integer> members() {
    return layout.here();
  }

  @Override
  public void start() throws Exception {
    System.setProperty(
        "jgroups.tcpping.initial_hosts",
        layout.endpoints().stream()
            .map(endpoint -> endpoint.host() + "[" + endpoint.port() + "]")
            .collect(Collectors.joining(",")));
    System.setProperty("jgroups.tcp.port_range", "0");
    channels.putAll(Together.start(layout.here(), number -> channel(layout.endpoint(number))));
  }

  private static JChannel channel(Endpoint endpoint) throws Exception {
    // Its diagnostics would open one more port for each member.
    String stack =
        shipped("tcp.xml")
            .replaceFirst("<include [^>]*/>", transport(shipped("tcp-default.xml")))
            .replace(BIND, endpoint.host())
            .replace("bind_port=\"7800\"", "bind_port=\"" + endpoint.port() + "\"")
            .replace("diag.enabled=\"true\"", "diag.enabled=\"false\"")
            .replace("print_local_addr=\"true\"", "print_local_addr=\"false\"");
    JChannel channel =
        new JChannel(new ByteArrayInputStream(stack.getBytes(StandardCharsets.UTF_8)));
    channel.connect("bench");
    return channel;
  }

  private static String transport(String configuration) {
    return configuration
        .substring(configuration.indexOf("<TCP"), configuration.indexOf("</config>"))
        .replace("$", "\\$");
  }

  private static String shipped(String name) throws IOException {
    try (@Nullable InputStream resource = JChannel.class.getResourceAsStream("/" + name)) {
      if (resource == null) {
        throw new IOException("JGroups ships no " + name);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public int known(int member) {
    return Objects.requireNonNull(channels.get(member)).getView().size();
  }

  @Override
  public boolean leads(int member) {
    JChannel channel = Objects.requireNonNull(channels.get(member));
    return channel.getAddress().equals(channel.getView().getCoord());
  }

  @Override
  public void close() {
    channels.values().forEach(JChannel::close);
  }
}
