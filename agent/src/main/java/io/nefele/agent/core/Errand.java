package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessId;
import io.nefele.core.ProcessInput;
import io.nefele.mailbox.Envelope;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.RequestKey;
import io.nefele.table.ProcessRow;
import java.util.List;

/** Something that only the agent of a process can do. */
public sealed interface Errand {

  /**
   * Send a signal to the process and all that it started.
   *
   * @param signal as in {@code signal(7)}
   */
  record Signal(int signal) implements Errand {}

  /** Answer when the process has ended. */
  record Wait() implements Errand {}

  /**
   * Read captured output.
   *
   * @param offset bytes to skip
   */
  record ReadLog(boolean standardError, long offset) implements Errand {}

  /**
   * Read captured output, and wait for it if there is none.
   *
   * @param offset bytes to skip
   */
  record FollowLog(boolean standardError, long offset, int waitMillis) implements Errand {}

  /**
   * Give the process input.
   *
   * @param offset how many bytes stand before these
   * @param last whether its input ends here
   */
  record Feed(long offset, Bytes content, boolean last) implements Errand {}

  /** The terminal of the process has another size. */
  record Resize(int rows, int columns) implements Errand {}

  /**
   * Start another process beside this one, in its namespaces, limits and environment.
   *
   * @param environment {@code KEY=VALUE}, added to that of the process
   * @param workingDirectory absolute; empty: that of the process
   */
  record Join(
      ProcessInput input, List<String> environment, String workingDirectory, List<String> command)
      implements Errand {}

  /**
   * End it: it runs elsewhere as {@code by}.
   *
   * @param supersedes all in whose place that runs
   */
  record Superseded(ProcessId by, List<ProcessId> supersedes) implements Errand {}

  /** Say by what it is started again. */
  record Describe() implements Errand {}

  /** Say whether it is there. */
  record Find() implements Errand {}

  /** Say whether it is well. */
  record IsWell() implements Errand {}

  /**
   * Say whether a request that this agent made or takes part in was called off, and not all that
   * took part know; as long as that is open, it is unknown.
   */
  record IsCalledOff(RequestKey request) implements Errand {}

  /**
   * Give way to processes of that priority, if it is higher than its own; answered when it has
   * ended.
   */
  record GiveWay(int priority) implements Errand {}

  /** Take the next message of the mailbox. */
  record Receive(int timeoutMillis) implements Errand {}

  Codec<String> STRING = Codec.of((String text, Encoder out) -> out.string(text), Decoder::string);

  Codec<Errand> CODEC = Codec.of(Errand::encode, Errand::decode);

  private static void encode(Errand errand, Encoder out) {
    switch (errand) {
      case Signal(int signal) -> out.int8(1).int32(signal);
      case Wait() -> out.int8(2);
      case ReadLog(boolean standardError, long offset) ->
          out.int8(3).bool(standardError).int64(offset);
      case Receive(int timeoutMillis) -> out.int8(4).int32(timeoutMillis);
      case FollowLog(boolean standardError, long offset, int waitMillis) ->
          out.int8(5).bool(standardError).int64(offset).int32(waitMillis);
      case Feed(long offset, var content, boolean last) ->
          out.int8(6).int64(offset).bytes(content).bool(last);
      case Resize(int rows, int columns) -> out.int8(7).int32(rows).int32(columns);
      case Join(var input, var environment, var directory, var command) ->
          out.int8(8)
              .put(ProcessInput.CODEC, input)
              .list(STRING, environment)
              .string(directory)
              .list(STRING, command);
      case Describe() -> out.int8(9);
      case Find() -> out.int8(20);
      case IsWell() -> out.int8(22);
      case GiveWay(int priority) -> out.int8(24).int32(priority);
      case IsCalledOff(var request) -> out.int8(23).put(RequestKey.CODEC, request);
      case Superseded(var by, var supersedes) ->
          out.int8(21).put(ProcessId.CODEC, by).list(ProcessId.CODEC, supersedes);
    }
  }

  private static Errand decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Signal(in.int32());
      case 2 -> new Wait();
      case 3 -> new ReadLog(in.bool(), in.int64());
      case 4 -> new Receive(in.int32());
      case 5 -> new FollowLog(in.bool(), in.int64(), in.int32());
      case 6 -> new Feed(in.int64(), in.bytes(), in.bool());
      case 7 -> new Resize(in.int32(), in.int32());
      case 8 -> new Join(in.get(ProcessInput.CODEC), in.list(STRING), in.string(), in.list(STRING));
      case 9 -> new Describe();
      case 20 -> new Find();
      case 21 -> new Superseded(in.get(ProcessId.CODEC), in.list(ProcessId.CODEC));
      case 22 -> new IsWell();
      case 23 -> new IsCalledOff(in.get(RequestKey.CODEC));
      case 24 -> new GiveWay(in.int32());
      default -> throw in.malformed("no errand has type " + type);
    };
  }

  /** How an errand ended. */
  sealed interface Outcome {

    record Done() implements Outcome {}

    /** There is no such process or mailbox of the tenant at that agent. */
    record Unknown() implements Outcome {}

    /** The process was there, and has ended: too late to signal it. */
    record Ended(ProcessRow row) implements Outcome {}

    /**
     * @param end the offset behind {@code content}
     * @param ended whether no more will come
     */
    record Output(Bytes content, long end, boolean ended) implements Outcome {}

    record Message(Envelope envelope) implements Outcome {}

    /**
     * @param offset how much input the process has got in all
     * @param closed whether it takes no more
     */
    record Taken(long offset, boolean closed) implements Outcome {}

    /** Another process runs beside. */
    record Joined(ProcessId process) implements Outcome {}

    /** By what the process is started again. */
    record Described(ProcessTemplate template) implements Outcome {}

    record Failed(String reason) implements Outcome {}

    /** No message came in time. */
    record NoMessage() implements Outcome {}

    /** The agent of the process is gone or does not answer. */
    record Unreachable() implements Outcome {}

    Codec<Outcome> CODEC = Codec.of(Outcome::encode, Outcome::decode);

    private static void encode(Outcome outcome, Encoder out) {
      switch (outcome) {
        case Done() -> out.int8(1);
        case Unknown() -> out.int8(2);
        case Ended(var row) -> out.int8(3).put(ProcessRow.CODEC, row);
        case Output(var content, long end, boolean ended) ->
            out.int8(4).bytes(content).int64(end).bool(ended);
        case Message(var envelope) -> out.int8(5).put(Envelope.CODEC, envelope);
        case NoMessage() -> out.int8(6);
        case Unreachable() -> out.int8(7);
        case Taken(long offset, boolean closed) -> out.int8(8).int64(offset).bool(closed);
        case Joined(var process) -> out.int8(9).put(ProcessId.CODEC, process);
        case Failed(String reason) -> out.int8(10).string(reason);
        case Described(var template) -> out.int8(11).put(ProcessTemplate.CODEC, template);
      }
    }

    private static Outcome decode(Decoder in) throws MalformedMessage {
      int type = in.int8();
      return switch (type) {
        case 1 -> new Done();
        case 2 -> new Unknown();
        case 3 -> new Ended(in.get(ProcessRow.CODEC));
        case 4 -> new Output(in.bytes(), in.int64(), in.bool());
        case 5 -> new Message(in.get(Envelope.CODEC));
        case 6 -> new NoMessage();
        case 7 -> new Unreachable();
        case 8 -> new Taken(in.int64(), in.bool());
        case 9 -> new Joined(in.get(ProcessId.CODEC));
        case 10 -> new Failed(in.string());
        case 11 -> new Described(in.get(ProcessTemplate.CODEC));
        default -> throw in.malformed("no outcome has type " + type);
      };
    }
  }
}
