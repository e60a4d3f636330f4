package io.nefele.wire;

import io.nefele.core.FabricName;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a message is for, as people write it: {@code 7h3kq2m9x4.1.17}, {@code web}, {@code
 * any:web?by=least-loaded}, {@code any:web?key=customer-7}, {@code all:web}, {@code tenant:},
 * {@code dc2:/web}, {@code tcp://host:port}, {@code https://host/path}.
 */
public sealed interface Address {

  /** One mailbox, by the id of its process. */
  record Of(ProcessId mailbox) implements Address {}

  /** One of those with a name. */
  record Any(Name name, Choice choice) implements Address {}

  /** All with a name. */
  record All(Name name) implements Address {}

  /** All mailboxes of the sender's tenant. */
  record Tenant() implements Address {}

  /** Somebody outside the fabric. */
  sealed interface Outside extends Address {
    /** As {@link Address#parse} reads it. */
    String text();
  }

  /**
   * Somebody in another fabric, which is reached through one of its gateways.
   *
   * @param to who is meant there, as {@link Address#parse} reads it; nobody outside
   */
  record Fabric(FabricName fabric, String to) implements Outside {
    public Fabric {
      if (to.length() > TO_MAX || parse(to) instanceof Outside) {
        throw new IllegalArgumentException(
            "'"
                + fabric
                + ":/"
                + to
                + "': behind the fabric comes who is meant there: an id, a name, any:NAME, all:NAME"
                + " or tenant:, of at most "
                + TO_MAX
                + " characters, and nobody outside of it");
      }
    }

    @Override
    public String text() {
      return fabric + ":/" + to;
    }
  }

  /** A server outside the fabric. */
  sealed interface Server extends Outside {
    /** A name or an address, as it was written, an IPv6 address without its brackets. */
    String host();

    int port();
  }

  /** One that listens for TCP connections. */
  record Tcp(String host, int port) implements Server {
    @Override
    public String text() {
      return "tcp://" + bracketed(host) + ":" + port;
    }
  }

  /**
   * One that takes HTTP requests.
   *
   * @param tls whether it is {@code https}
   * @param path with its query; begins with a slash
   */
  record Web(boolean tls, String host, int port, String path) implements Server {
    @Override
    public String text() {
      return (tls ? "https://" : "http://") + bracketed(host) + ":" + port + path;
    }
  }

  /** Which one of a pool is taken; the others follow if that one is gone. */
  sealed interface Choice {

    /** The nearest, by distance class. */
    record Nearest() implements Choice {}

    /** One after another, counted by the sender's agent. */
    record RoundRobin() implements Choice {}

    /** The one in whose mailbox least waits, asked of each just before. */
    record LeastLoaded() implements Choice {}

    /** The same one for the same key, from wherever it is sent, for as long as it is there. */
    record Sticky(String key) implements Choice {}
  }

  int PORT_MAX = 65_535;

  /** Goes into the first line of an HTTP request. */
  int TO_MAX = 1000;

  String HOST = "(?:([a-zA-Z0-9._-]{1,253})|\\[([0-9a-fA-F:.]{2,45})])";
  String PATH = "/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-fA-F]{2})*";
  Pattern TCP = Pattern.compile("tcp://" + HOST + ":([0-9]{1,5})");
  Pattern WEB = Pattern.compile("(https?)://" + HOST + "(?::([0-9]{1,5}))?(" + PATH + ")?");

  /**
   * The address that {@code text} means; a name alone means the nearest of that name.
   *
   * @throws IllegalArgumentException if it is none, with the forms that there are
   */
  static Address parse(String text) {
    if (ProcessId.isProcessId(text)) {
      return new Of(ProcessId.parse(text));
    }
    if (text.startsWith("any:")) {
      return any(text, text.substring("any:".length()));
    }
    if (text.startsWith("all:")) {
      return new All(new Name(text.substring("all:".length())));
    }
    if (text.equals("tenant:")) {
      return new Tenant();
    }
    if (text.startsWith("tcp:")) {
      return tcp(text);
    }
    if (text.startsWith("http:") || text.startsWith("https:")) {
      return web(text);
    }
    int colon = text.indexOf(':');
    if (isOfFabric(text)) {
      return new Fabric(new FabricName(text.substring(0, colon)), text.substring(colon + 2));
    }
    if (colon >= 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no address: an id, a name, any:NAME, all:NAME, tenant:, FABRIC:/NAME,"
              + " tcp://HOST:PORT, http://HOST/PATH or https://HOST/PATH");
    }
    return new Any(new Name(text), new Choice.Nearest());
  }

  private static Address any(String text, String rest) {
    int question = rest.indexOf('?');
    if (question < 0) {
      return new Any(new Name(rest), new Choice.Nearest());
    }
    Name name = new Name(rest.substring(0, question));
    String how = rest.substring(question + 1);
    return switch (how) {
      case "by=nearest" -> new Any(name, new Choice.Nearest());
      case "by=round-robin" -> new Any(name, new Choice.RoundRobin());
      case "by=least-loaded" -> new Any(name, new Choice.LeastLoaded());
      default -> {
        if (!how.startsWith("key=") || how.length() == "key=".length()) {
          throw new IllegalArgumentException(
              "'"
                  + text
                  + "': behind '?' comes by=nearest, by=round-robin, by=least-loaded or key=TEXT");
        }
        yield new Any(name, new Choice.Sticky(how.substring("key=".length())));
      }
    };
  }

  /** Whether {@code text} is meant as the address of somebody outside the fabric. */
  static boolean leadsOutside(String text) {
    return text.matches("(tcp|https?):.*") || isOfFabric(text);
  }

  private static boolean isOfFabric(String text) {
    int colon = text.indexOf(':');
    return colon >= 0
        && text.startsWith("/", colon + 1)
        && FabricName.isOne(text.substring(0, colon));
  }

  private static Address tcp(String text) {
    Matcher matcher = TCP.matcher(text);
    int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException(
          "'" + text + "' is not of the form tcp://HOST:PORT, with a port from 1 to 65535");
    }
    return new Tcp(host(matcher, 1), port);
  }

  private static Address web(String text) {
    Matcher matcher = WEB.matcher(text);
    boolean matches = matcher.matches();
    boolean tls = matches && matcher.group(1).equals("https");
    int port =
        !matches
            ? 0
            : matcher.group(4) == null ? (tls ? 443 : 80) : Integer.parseInt(matcher.group(4));
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not of the form http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH]");
    }
    return new Web(tls, host(matcher, 2), port, matcher.group(5) == null ? "/" : matcher.group(5));
  }

  private static String host(Matcher matcher, int group) {
    String name = matcher.group(group);
    return name == null ? matcher.group(group + 1) : name;
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }
}
