package io.nefele.cli;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Response;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code nefele recv}. */
final class RecvCommand extends AskingCommand {
  private static final Duration REPLY_PATIENCE = Duration.ofSeconds(10);

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The mailbox, by name or id (in a process: its own).")
  @Nullable String as;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      description = "Give up after this long without a message, with exit code 5 (default: never).")
  @Nullable Duration timeout;

  @Option(names = "--follow", description = "Go on after the first message.")
  boolean follow;

  @Option(names = "--with-sender", description = "Print SENDER<TAB>TEXT.")
  boolean withSender;

  @Option(
      names = "--reply",
      paramLabel = "TEXT",
      description = "Send TEXT to the sender of each message: the answer to 'nefele call'.")
  @Nullable String reply;

  @Option(names = "--json", description = "Print each message as one JSON document in a line.")
  boolean json;

  RecvCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    SendCommand.checkAddress("--as", mailbox());
    if (json && withSender) {
      throw usage("--json shows the sender anyway; leave --with-sender out");
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException {
    do {
      Response.Letter letter = next(agent);
      print(letter);
      console.out().flush();
      answer(agent, letter);
    } while (follow);
    return DONE;
  }

  private void answer(Nefele agent, Response.Letter letter) throws NefeleException {
    if (reply == null) {
      return;
    }
    if (letter.from().isEmpty()) {
      console.err().println("the sender takes no replies");
      return;
    }
    agent.post(
        Optional.of(letter.to().toString()),
        letter.from().get().toString(),
        Bytes.utf8(reply),
        REPLY_PATIENCE);
  }

  private Response.Letter next(Nefele agent) throws NefeleException {
    Patience patience = new Patience(timeout);
    while (true) {
      Optional<Response.Letter> message = agent.take(mailbox(), patience.next());
      if (message.isPresent()) {
        return message.get();
      }
      if (patience.isOver()) {
        throw new NefeleException(
            ErrorKind.PARTIAL,
            "no message came to " + mailbox() + " in time; wait longer with --timeout");
      }
    }
  }

  private void print(Response.Letter message) {
    if (json) {
      console.out().println(Json.document(Json::letter, message));
      return;
    }
    if (withSender) {
      console.out().print(message.from().map(ProcessId::toString).orElse("-") + "\t");
    }
    byte[] payload = message.payload().unsafeArray();
    console.out().write(payload, 0, payload.length);
    console.out().println();
  }

  private String mailbox() throws NefeleException {
    Optional<String> found = MailboxOfCaller.find(as, console);
    if (found.isEmpty()) {
      throw usage("whose mailbox? Outside a process of the fabric, name one with --as NAME");
    }
    return found.get();
  }
}
