package io.nefele.mailbox;

import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import java.util.List;

/** How a call ended. */
public sealed interface CallOutcome {

  /** Whom the call went to before, in vain, in that order; also for an answer. */
  List<Failure> failures();

  /**
   * A reply came.
   *
   * @param by who sent it
   */
  record Answered(ProcessId by, Bytes payload, List<Failure> failures) implements CallOutcome {
    public Answered {
      failures = List.copyOf(failures);
    }
  }

  /** Nobody is left who could answer; none of {@code failures}: there never was anybody. */
  record NobodyLeft(List<Failure> failures) implements CallOutcome {
    public NobodyLeft {
      failures = List.copyOf(failures);
    }
  }

  /** No reply came before the deadline. The request may have been carried out. */
  record TimedOut(List<Failure> failures) implements CallOutcome {
    public TimedOut {
      failures = List.copyOf(failures);
    }
  }

  /** One that did not answer. */
  record Failure(ProcessId mailbox, Why why) {}

  /** Why one did not answer. */
  enum Why {
    /** It has ended, before or after it took the request. */
    ENDED("it has ended"),
    /** Its agent is gone; it may or may not have taken the request. */
    AGENT_GONE("its agent is gone"),
    /** It has not confirmed the request in time; it may or may not have taken it. */
    NOT_REACHED("its agent did not confirm the request"),
    /** Its mailbox took no more. */
    FULL("its mailbox is full"),
    /** The request is larger than messages may be. */
    TOO_LARGE("the request is larger than 64 MiB");

    private final String text;

    Why(String text) {
      this.text = text;
    }

    /** As a person reads it. */
    public String text() {
      return text;
    }
  }
}
