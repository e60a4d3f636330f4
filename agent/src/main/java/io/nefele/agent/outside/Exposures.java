package io.nefele.agent.outside;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.ClientToken;
import io.nefele.agent.core.OutsideOrder;
import io.nefele.core.Bytes;
import io.nefele.table.tenant.RegistryEntry.Behind;
import io.nefele.wire.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports at which names are called from outside, and gateways. What comes in is handed to the
 * core, and its reply is written back. Connections are bounded in number and time; of those beyond
 * that nothing is read.
 */
public final class Exposures implements AutoCloseable {
  /** At a time, at each port. */
  static final int CONNECTIONS_MAX = 256;

  /** In which a request has to have come in, or its reply to have gone out. */
  static final int TRANSFER_MILLIS = 60_000;

  private static final Logger log = LoggerFactory.getLogger(Exposures.class);

  private final InetAddress address;
  private final Consumer<AgentInput> inputs;
  private final Replies requests = new Replies();
  private final Map<Long, CompletableFuture<Response>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong lastConnection = new AtomicLong();
  private final Map<Integer, AutoCloseable> ports = new TreeMap<>();

  /**
   * @param host where the agent is reached
   * @param inputs takes what comes in, from any thread
   * @throws IOException if it is no address of this server
   */
  public Exposures(String host, Consumer<AgentInput> inputs) throws IOException {
    this.address = InetAddress.getByName(host);
    this.inputs = inputs;
  }

  /** On the loop's thread, as all but {@link #call} and {@link #pass}; answered at once. */
  public AgentInput listen(int port, Behind behind) {
    InetSocketAddress at = new InetSocketAddress(address, port);
    try {
      ports.put(
          port,
          switch (behind) {
            case Behind.Named(var name, boolean web) ->
                web ? WebPort.open(this, at, WebPort.calls(this, port)) : TcpPort.open(this, at);
            case Behind.Everybody(var secret) ->
                WebPort.open(this, at, new GatewayPort(this, port, secret));
          });
      return new AgentInput.Listening(port);
    } catch (IOException e) {
      String why =
          "port " + port + " of " + address.getHostAddress() + " can't be used: " + e.getMessage();
      log.warn("{}", why);
      return new AgentInput.ListenFailed(port, why + "; choose another --port");
    }
  }

  public void stopListening(int port) {
    AutoCloseable open = ports.remove(port);
    if (open != null) {
      close(open);
    }
  }

  /** The core's answer to one of those that have called. */
  public void reply(ClientToken token, Response response) {
    CompletableFuture<Response> reply = waiting.remove(token.connection());
    if (reply != null) {
      reply.complete(response);
    }
  }

  /** Waits for the core's answer, on the thread of the connection. */
  Response call(int port, Bytes payload) throws InterruptedException, IOException {
    return ask(token -> new AgentInput.CalledFromOutside(token, port, payload));
  }

  /** The same at a gateway. */
  Response pass(int port, OutsideOrder.Kind kind, String to, Bytes payload)
      throws InterruptedException, IOException {
    return ask(token -> new AgentInput.CameThroughGateway(token, port, kind, to, payload));
  }

  private Response ask(Function<ClientToken, AgentInput> input)
      throws InterruptedException, IOException {
    long connection = -lastConnection.incrementAndGet();
    CompletableFuture<Response> reply = new CompletableFuture<>();
    waiting.put(connection, reply);
    inputs.accept(input.apply(new ClientToken(connection, 1)));
    try {
      return reply.get();
    } catch (ExecutionException e) {
      throw new IOException(e);
    } finally {
      waiting.remove(connection);
    }
  }

  Replies requests() {
    return requests;
  }

  private static void close(AutoCloseable port) {
    try {
      port.close();
    } catch (Exception e) {
      log.warn("a port was not closed: {}", e.toString());
    }
  }

  @Override
  public void close() {
    ports.values().forEach(Exposures::close);
  }
}
