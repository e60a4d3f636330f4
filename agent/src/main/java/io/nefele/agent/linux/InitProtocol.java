package io.nefele.agent.linux;

import io.nefele.core.Bytes;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.ProcessInput;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The frames between the agent and the init; docs/init-protocol.md describes them. */
final class InitProtocol {
  static final int HEADER_BYTES = 4;
  static final int REQUEST_BYTES_MAX = 8 * 1024 * 1024;

  private static final int VERSION = 2;

  private static final int REQUEST_SPAWN = 1;
  private static final int REQUEST_RELEASE = 2;
  private static final int REQUEST_ABORT = 3;
  private static final int REQUEST_SIGNAL = 4;
  private static final int REQUEST_LIST = 5;
  private static final int REQUEST_ACK = 6;
  private static final int REQUEST_SHUTDOWN = 7;
  private static final int REQUEST_INPUT = 8;
  private static final int REQUEST_RESIZE = 9;
  private static final int REQUEST_MEASURE = 10;
  private static final int REQUEST_DISCARD = 11;

  private static final int EVENT_HELLO = 65;
  private static final int EVENT_GATED = 66;
  private static final int EVENT_STARTED = 67;
  private static final int EVENT_FAILED = 68;
  private static final int EVENT_EXITED = 69;
  private static final int EVENT_LISTED = 70;
  private static final int EVENT_TAKEN = 71;
  private static final int EVENT_USAGE = 72;
  private static final int EVENT_MEASURED = 73;

  private static final int SPAWN_GATED = 1;
  private static final int SPAWN_IDENTITY = 2;
  private static final int SPAWN_LIMITS = 4;
  private static final int SPAWN_INPUT = 8;
  private static final int SPAWN_TERMINAL = 16;
  private static final int SPAWN_BESIDE = 32;
  private static final int SPAWN_OWN = 64;

  private InitProtocol() {}

  /** What the init sends. */
  sealed interface Incoming {
    /** The greeting of a new connection. */
    record Hello(int initPid, Isolation isolation, Set<CgroupPower> powers) implements Incoming {}

    /** An event that is passed on as it is. */
    record Told(HostEvent event) implements Incoming {}

    /** The end of the list. */
    record Listed() implements Incoming {}

    /** One of those that were asked for. */
    record Used(HostEvent.Usage usage) implements Incoming {}

    /** The end of the usages. */
    record Measured() implements Incoming {}
  }

  static ByteBuffer spawn(Launch launch) {
    Encoder body = new Encoder().int64(launch.token()).int8(flags(launch));
    body.int32(launch.argv().size());
    launch.argv().forEach(argument -> string(body, argument));
    body.int32(launch.environment().size());
    for (Map.Entry<String, String> variable : launch.environment().entrySet()) {
      string(body, variable.getKey() + "=" + variable.getValue());
    }
    string(body, launch.directory().toString());
    string(body, launch.stdout().toString());
    string(body, launch.stderr().toString());
    launch.identity().ifPresent(identity -> body.int32(identity.uid()).int32(identity.gid()));
    if (launch.limits().any()) {
      body.int32(launch.limits().cpuMillis())
          .int64(launch.limits().memoryBytes())
          .int32(launch.limits().pids());
    }
    if (launch.input() instanceof ProcessInput.Terminal(int rows, int columns)) {
      window(body, rows, columns);
    }
    launch.beside().ifPresent(body::int64);
    return frame(REQUEST_SPAWN, body);
  }

  private static int flags(Launch launch) {
    return (launch.gated() ? SPAWN_GATED : 0)
        | (launch.identity().isPresent() ? SPAWN_IDENTITY : 0)
        | (launch.limits().any() ? SPAWN_LIMITS : 0)
        | (launch.beside().isPresent() ? SPAWN_BESIDE : 0)
        | (launch.own() ? SPAWN_OWN : 0)
        | switch (launch.input()) {
          case ProcessInput.Empty() -> 0;
          case ProcessInput.Fed() -> SPAWN_INPUT;
          case ProcessInput.Terminal terminal -> SPAWN_TERMINAL;
        };
  }

  private static void window(Encoder body, int rows, int columns) {
    for (int size : new int[] {rows, columns}) {
      int shown = Math.clamp(size, 0, 0xffff);
      body.int8(shown >> 8).int8(shown & 0xff);
    }
  }

  static ByteBuffer input(long token, long offset, boolean last, Bytes bytes) {
    return frame(REQUEST_INPUT, new Encoder().int64(token).int64(offset).bool(last).bytes(bytes));
  }

  static ByteBuffer resize(long token, int rows, int columns) {
    Encoder body = new Encoder().int64(token);
    window(body, rows, columns);
    return frame(REQUEST_RESIZE, body);
  }

  static ByteBuffer discard(Collection<String> files) {
    Encoder body = new Encoder().int32(files.size());
    files.forEach(file -> string(body, file));
    return frame(REQUEST_DISCARD, body);
  }

  static ByteBuffer measure(Collection<Long> tokens) {
    return frame(REQUEST_MEASURE, tokens(tokens));
  }

  static ByteBuffer release(Collection<Long> tokens) {
    return frame(REQUEST_RELEASE, tokens(tokens));
  }

  static ByteBuffer abort(Collection<Long> tokens) {
    return frame(REQUEST_ABORT, tokens(tokens));
  }

  static ByteBuffer signal(long token, int signal, ProcessHost.Scope scope) {
    int scopeCode =
        switch (scope) {
          case PROCESS -> 0;
          case TREE -> 1;
        };
    return frame(REQUEST_SIGNAL, new Encoder().int64(token).int8(signal).int8(scopeCode));
  }

  static ByteBuffer list() {
    return frame(REQUEST_LIST, new Encoder());
  }

  static ByteBuffer acknowledge(Collection<Long> tokens) {
    return frame(REQUEST_ACK, tokens(tokens));
  }

  static ByteBuffer shutdown(Duration grace) {
    return frame(REQUEST_SHUTDOWN, new Encoder().int32(Math.toIntExact(grace.toMillis())));
  }

  /** Reads one frame, given without its length. */
  static Incoming decode(Bytes frame) throws MalformedMessage {
    Decoder in = new Decoder(frame);
    int version = in.int8();
    if (version != VERSION) {
      throw in.malformed("the init speaks version " + version + ", not " + VERSION);
    }
    Incoming incoming = decodeBody(in.int8(), in);
    in.expectEnd();
    return incoming;
  }

  private static Incoming decodeBody(int type, Decoder in) throws MalformedMessage {
    return switch (type) {
      case EVENT_HELLO -> hello(in);
      case EVENT_GATED -> new Incoming.Told(new HostEvent.Gated(in.int64(), in.int32()));
      case EVENT_STARTED ->
          new Incoming.Told(new HostEvent.Started(in.int64(), in.int32(), instant(in)));
      case EVENT_FAILED -> new Incoming.Told(new HostEvent.Failed(in.int64(), failure(in)));
      case EVENT_EXITED ->
          new Incoming.Told(
              new HostEvent.Exited(
                  in.int64(), ending(in), instant(in), in.int64(), in.int64(), in.bool()));
      case EVENT_TAKEN -> new Incoming.Told(new HostEvent.Taken(in.int64(), in.int64(), in.bool()));
      case EVENT_USAGE ->
          new Incoming.Used(new HostEvent.Usage(in.int64(), in.int64(), in.int64(), in.int64()));
      case EVENT_MEASURED -> new Incoming.Measured();
      case EVENT_LISTED -> new Incoming.Listed();
      default -> throw in.malformed("no event has the type " + type);
    };
  }

  private static Incoming hello(Decoder in) throws MalformedMessage {
    int initPid = in.int32();
    int level = in.int8();
    if (level < 0 || level >= Isolation.values().length) {
      throw in.malformed("no isolation has the level " + level);
    }
    int bits = in.int8();
    Set<CgroupPower> powers = EnumSet.noneOf(CgroupPower.class);
    for (CgroupPower power : CgroupPower.values()) {
      if (power.isIn(bits)) {
        powers.add(power);
      }
    }
    return new Incoming.Hello(initPid, Isolation.values()[level], powers);
  }

  private static Instant instant(Decoder in) throws MalformedMessage {
    return Instant.EPOCH.plus(in.int64(), ChronoUnit.MICROS);
  }

  private static ProcessEnding ending(Decoder in) throws MalformedMessage {
    int kind = in.int8();
    int number = in.int32();
    return switch (kind) {
      case 0 -> new ProcessEnding.ExitCode(number);
      case 1 -> new ProcessEnding.Signal(number);
      case 2 -> new ProcessEnding.Aborted();
      default -> throw in.malformed("no process ends in the way " + kind);
    };
  }

  private static LaunchFailure failure(Decoder in) throws MalformedMessage {
    int stage = in.int8();
    int errno = in.int32();
    LaunchFailure.Reason reason =
        switch (stage) {
          case 1 -> LaunchFailure.Reason.OUT_OF_RESOURCES;
          case 2 -> LaunchFailure.Reason.BAD_WORKING_DIRECTORY;
          case 3 -> LaunchFailure.Reason.OUTPUT_UNAVAILABLE;
          case 4 -> LaunchFailure.Reason.IDENTITY_REFUSED;
          case 5 -> LaunchFailure.Reason.GATE_UNAVAILABLE;
          case 6 -> commandFailure(errno);
          case 7 -> LaunchFailure.Reason.INTERPRETER_NOT_FOUND;
          case 8 -> LaunchFailure.Reason.HOST_CLOSING;
          case 9 -> LaunchFailure.Reason.LIMITS_REFUSED;
          case 10 -> LaunchFailure.Reason.TERMINAL_UNAVAILABLE;
          case 11 -> LaunchFailure.Reason.NOT_BESIDE;
          default -> throw in.malformed("no launch fails at stage " + stage);
        };
    return new LaunchFailure(reason, errno);
  }

  private static LaunchFailure.Reason commandFailure(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR -> LaunchFailure.Reason.COMMAND_NOT_FOUND;
      case Errno.E2BIG -> LaunchFailure.Reason.TOO_LARGE;
      case Errno.ENOMEM, Errno.EAGAIN -> LaunchFailure.Reason.OUT_OF_RESOURCES;
      default -> LaunchFailure.Reason.NOT_EXECUTABLE;
    };
  }

  private static Encoder tokens(Collection<Long> tokens) {
    Encoder body = new Encoder().int32(tokens.size());
    for (long token : List.copyOf(tokens)) {
      body.int64(token);
    }
    return body;
  }

  private static void string(Encoder body, String text) {
    body.string(text).int8(0);
  }

  private static ByteBuffer frame(int type, Encoder body) {
    byte[] content = body.toBytes().unsafeArray();
    return ByteBuffer.allocate(HEADER_BYTES + 2 + content.length)
        .putInt(2 + content.length)
        .put((byte) VERSION)
        .put((byte) type)
        .put(content)
        .flip();
  }

  /** The numbers of Linux, the same on every architecture for these. */
  static final class Errno {
    static final int ENOENT = 2;
    static final int E2BIG = 7;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int ENOTDIR = 20;

    private Errno() {}
  }
}
