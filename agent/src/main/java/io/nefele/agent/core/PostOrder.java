package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.mailbox.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * For which mailboxes of an agent a message is that was sent to its {@link PostOffice}: the headers
 * of that message.
 *
 * @param sender the mailbox that replies go to
 */
record PostOrder(Name tenant, Target target, Optional<ProcessId> sender) {
  private static final String TENANT = "nefele.tenant";
  private static final String TO = "nefele.to";
  private static final String SENDER = "nefele.sender";

  /** Of a message that was published: to which topic. */
  static final String TOPIC = "nefele.topic";

  /** Which mailboxes of the tenant. */
  sealed interface Target {
    record Named(Name name) implements Target {}

    /** All but the sender's. */
    record Everyone() implements Target {}

    record Subscribers(String topic) implements Target {}
  }

  List<Header> headers() {
    List<Header> headers = new ArrayList<>();
    headers.add(new Header(TENANT, Bytes.utf8(tenant.text())));
    switch (target) {
      case Target.Named(Name name) -> headers.add(new Header(TO, Bytes.utf8(name.text())));
      case Target.Everyone() -> headers.add(new Header(TO, Bytes.EMPTY));
      case Target.Subscribers(String topic) -> headers.add(new Header(TOPIC, Bytes.utf8(topic)));
    }
    sender.ifPresent(id -> headers.add(new Header(SENDER, Bytes.utf8(id.toString()))));
    return headers;
  }

  /** The order that a message carries; empty if it is none. */
  static Optional<PostOrder> of(Envelope envelope) {
    Optional<String> tenant = header(envelope, TENANT);
    Optional<String> topic = header(envelope, TOPIC);
    Optional<String> to = header(envelope, TO);
    if (tenant.isEmpty() || (topic.isEmpty() && to.isEmpty())) {
      return Optional.empty();
    }
    try {
      Target target =
          topic.isPresent()
              ? new Target.Subscribers(topic.get())
              : to.get().isEmpty() ? new Target.Everyone() : new Target.Named(new Name(to.get()));
      return Optional.of(
          new PostOrder(
              new Name(tenant.get()), target, header(envelope, SENDER).map(ProcessId::parse)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<String> header(Envelope envelope, String name) {
    return envelope.headers().stream()
        .filter(header -> header.name().equals(name))
        .findFirst()
        .map(header -> header.value().utf8());
  }
}
