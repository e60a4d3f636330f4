package io.nefele.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** The two system calls that the JDK has no method for. */
final class Posix {
  static final int SIGKILL = 9;
  static final int SIGTERM = 15;
  static final int SIGCONT = 18;
  static final int SIGSTOP = 19;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final Linker LINKER = Linker.nativeLinker();

  private Posix() {}

  /**
   * Signals a process: {@code kill(2)}.
   *
   * @return whether there was such a process that may be signalled
   */
  static boolean kill(long pid, int signal) {
    MethodHandle kill = function("kill", FunctionDescriptor.of(INT, INT, INT));
    try {
      return (int) kill.invokeExact((int) pid, signal) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("kill(2) can't be called", e);
    }
  }

  /**
   * Becomes another program, keeping process id, environment and open streams: {@code execv(3)}.
   * Returns only if that is not possible.
   *
   * @param command an absolute path and its arguments
   */
  static void exec(List<String> command) {
    MethodHandle execv =
        function("execv", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments =
          arena.allocate(MemoryLayout.sequenceLayout(command.size() + 1, ValueLayout.ADDRESS));
      for (int i = 0; i < command.size(); i++) {
        arguments.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(command.get(i)));
      }
      int unused = (int) execv.invokeExact(arguments.getAtIndex(ValueLayout.ADDRESS, 0), arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("execv(3) can't be called", e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }
}
