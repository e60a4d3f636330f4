package io.nefele.cli;

import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Topic;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele subscribe}. */
final class SubscribeCommand extends AskingCommand {
  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = {
        "The mailbox, by name or id, whose subscription outlives this command. Without it, and",
        "outside a process: one that ends with this command."
      })
  @Nullable String as;

  @Option(
      names = "--when-full",
      order = ShortHelp.USUAL,
      paramLabel = "POLICY",
      defaultValue = "refuse",
      description = {
        "When this subscriber does not keep up: refuse (the publisher hears of it), drop-oldest,",
        "wait (for --wait, at the subscriber's agent) (default: refuse)."
      })
  String whenFull = "";

  @Option(
      names = "--max",
      order = ShortHelp.USUAL,
      paramLabel = "N",
      defaultValue = "10000",
      description = "It is full when so many messages wait (default: 10000).")
  int pendingMax;

  @Option(
      names = "--wait",
      paramLabel = "D",
      defaultValue = "5s",
      description = "How long 'wait' waits for room (default: 5s).")
  Duration wait = Duration.ZERO;

  @Option(
      names = "--count",
      order = ShortHelp.USUAL,
      paramLabel = "N",
      description = "End after so many messages.")
  @Nullable Integer count;

  @Option(
      names = "--timeout",
      order = ShortHelp.USUAL,
      paramLabel = "D",
      description = "Give up after this long without a message, with exit code 5 (default: never).")
  @Nullable Duration timeout;

  @Option(names = "--with-topic", description = "Print TOPIC<TAB>TEXT.")
  boolean withTopic;

  @Option(
      names = "--json",
      order = ShortHelp.USUAL,
      description = "Print each message as one JSON document in a line.")
  boolean json;

  @Option(
      names = "--only",
      order = ShortHelp.USUAL,
      description = "Subscribe the mailbox and end; 'nefele recv' reads it.")
  boolean only;

  @Option(
      names = "--end",
      order = ShortHelp.USUAL,
      description = "End the mailbox's subscription to TOPIC.")
  boolean end;

  @Parameters(
      paramLabel = "TOPIC",
      description = "As in orders/eu/7; '*' stands for one segment, '**' at the end for the rest.")
  String pattern = "";

  SubscribeCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    try {
      Topic.checkPattern(pattern);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    policy();
    if (pendingMax < 1) {
      throw usage("--max " + pendingMax + ": a subscriber has room for 1 message at least");
    }
    if ((only || end) && mailbox().isEmpty()) {
      throw usage("name the mailbox with --as NAME: a mailbox of this command ends with it");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    if (end) {
      agent.unsubscribe(mailbox().orElseThrow(), pattern);
      return DONE;
    }
    Response.Subscribed subscribed = subscribe(agent);
    int missing = reportUnconfirmed(subscribed);
    if (only) {
      console.out().println(subscribed.mailbox());
      return missing;
    }
    console.err().println("subscribed as " + subscribed.mailbox());
    console.err().flush();
    for (int received = 0; count == null || received < count; received++) {
      print(next(agent, subscribed.mailbox().toString()));
    }
    return DONE;
  }

  private Response.Subscribed subscribe(Nefele agent) throws NefeleException {
    return agent.subscribe(
        new Request.Subscribe(
            mailbox(),
            pattern,
            policy(),
            pendingMax,
            (int) Math.min(wait.toMillis(), Integer.MAX_VALUE)));
  }

  private int reportUnconfirmed(Response.Subscribed subscribed) {
    if (subscribed.missing().isEmpty()) {
      return DONE;
    }
    console
        .err()
        .println(
            "not confirmed yet by "
                + String.join(", ", subscribed.missing())
                + "; what is published there may not come until they hear of it");
    return ErrorKind.PARTIAL.exitCode();
  }

  private Response.Letter next(Nefele agent, String mailbox) throws NefeleException {
    Patience patience = new Patience(timeout);
    while (true) {
      Optional<Response.Letter> letter = agent.take(mailbox, patience.next());
      if (letter.isPresent()) {
        return letter.get();
      }
      if (patience.isOver()) {
        throw new NefeleException(
            ErrorKind.PARTIAL,
            "nothing was published to " + pattern + " in time; wait longer with --timeout");
      }
    }
  }

  private void print(Response.Letter letter) {
    if (json) {
      console.out().println(Json.document(Json::letter, letter));
    } else {
      if (withTopic) {
        console.out().print(letter.topic() + "\t");
      }
      byte[] payload = letter.payload().unsafeArray();
      console.out().write(payload, 0, payload.length);
      console.out().println();
    }
    console.out().flush();
  }

  private Optional<String> mailbox() {
    return MailboxOfCaller.find(as, console);
  }

  private Request.WhenFull policy() throws NefeleException {
    try {
      return Request.WhenFull.valueOf(whenFull.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw usage("--when-full " + whenFull + ": it is refuse, drop-oldest or wait");
    }
  }
}
