package io.nefele.mailbox.chronicle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Sleeping on a word of shared memory until another process wakes the sleeper: futex(2). */
final class Futex {
  private static final long WAIT = 0;
  private static final long WAKE = 1;
  private static final long NUMBER = System.getProperty("os.arch").equals("aarch64") ? 98 : 202;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("syscall").orElseThrow(),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS),
              Linker.Option.firstVariadicArg(1));

  private Futex() {}

  /**
   * Sleeps while the 32-bit word is {@code expected}, until it is woken or the time is over; may
   * return early for no reason.
   */
  static void await(MemorySegment word, int expected, long nanos) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment timeout = arena.allocate(JAVA_LONG, 2);
      timeout.setAtIndex(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
      timeout.setAtIndex(JAVA_LONG, 1, nanos % NANOS_PER_SECOND);
      call(word, WAIT, expected, timeout);
    }
  }

  /** Wakes one sleeper, if there is one. */
  static void wake(MemorySegment word) {
    call(word, WAKE, 1, MemorySegment.NULL);
  }

  private static void call(MemorySegment word, long operation, long value, MemorySegment timeout) {
    try {
      long unused = (long) SYSCALL.invokeExact(NUMBER, word, operation, value, timeout);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
