package io.nefele.agent.outside;

import io.nefele.core.Bytes;
import io.nefele.wire.Address;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;

/** A POST to somebody outside. */
final class WebCall {
  private static final int REDIRECTION = 300;

  static {
    // Read once, with the first request: the host's name goes with a request to an address.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  private WebCall() {}

  /** It was answered, and not as one that is content. */
  static final class BadStatus extends IOException {
    private static final long serialVersionUID = 1;

    BadStatus(String message) {
      super(message);
    }
  }

  /** Made when it is first needed: it costs half an agent's start. */
  private static final class Client {
    static final HttpClient INSTANCE = make();

    private static HttpClient make() {
      return HttpClient.newBuilder()
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();
    }
  }

  /** What came back. */
  record Answer(int status, HttpHeaders headers, Bytes body) {}

  /**
   * @param at where it was decided that the message may go
   * @throws BadStatus if the answer's status is 300 or more; nothing is followed, as that would
   *     lead elsewhere than where the message may go
   */
  static Bytes post(
      Address.Web to, InetAddress at, Bytes payload, Replies replies, Deadline deadline)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(to, at, Map.of(), payload, deadline);
    try (InputStream body = response.body()) {
      if (response.statusCode() >= REDIRECTION) {
        throw new BadStatus("it answers with status " + response.statusCode());
      }
      return replies.read(body);
    }
  }

  /** Whatever is answered; nothing is followed, either. */
  static Answer post(
      Address.Web to,
      InetAddress at,
      Map<String, String> headers,
      Bytes payload,
      Replies replies,
      Deadline deadline)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(to, at, headers, payload, deadline);
    try (InputStream body = response.body()) {
      return new Answer(response.statusCode(), response.headers(), replies.read(body));
    }
  }

  private static HttpResponse<InputStream> send(
      Address.Web to, InetAddress at, Map<String, String> headers, Bytes payload, Deadline deadline)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target(to, at))
            .timeout(Duration.ofMillis(deadline.leftMillis()))
            .header("Host", host(to))
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(payload.unsafeArray()));
    headers.forEach(request::header);
    return Client.INSTANCE.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  /**
   * A name may mean another address by now, so the request goes to the one that was decided on.
   * With TLS the other side proves that it has the name, and whoever can't gets nothing.
   */
  private static URI target(Address.Web to, InetAddress at) {
    if (to.tls()) {
      return URI.create(to.text());
    }
    String address = at.getHostAddress();
    return URI.create(
        new Address.Web(false, address.replaceAll("%.*", ""), to.port(), to.path()).text());
  }

  private static String host(Address.Web to) {
    int usual = to.tls() ? 443 : 80;
    String authority = URI.create(to.text()).getRawAuthority();
    return to.port() == usual ? authority.replaceAll(":[0-9]+$", "") : authority;
  }
}
