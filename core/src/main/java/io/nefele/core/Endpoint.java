package io.nefele.core;

/**
 * Where an agent listens.
 *
 * @param host an address in numbers, or a host name
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) implements Comparable<Endpoint> {
  public static final Codec<Endpoint> CODEC =
      Codec.of(
          (endpoint, out) -> out.string(endpoint.host).int32(endpoint.port),
          in -> new Endpoint(in.string(), in.int32()));

  public Endpoint {
    if (host.isEmpty() || host.length() > 253) {
      throw new IllegalArgumentException("a host has 1 to 253 characters: '" + host + "'");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port is 1 to 65535: " + port);
    }
  }

  @Override
  public int compareTo(Endpoint other) {
    int hosts = host.compareTo(other.host);
    return hosts != 0 ? hosts : Integer.compare(port, other.port);
  }

  /** How many bytes {@link #CODEC} makes of it. */
  public int encodedBytes() {
    return Encoder.stringBytes(host) + Integer.BYTES;
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
