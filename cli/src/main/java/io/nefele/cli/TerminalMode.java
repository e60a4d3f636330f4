package io.nefele.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** How the terminal on our standard input behaves: {@code termios(3)}. */
final class TerminalMode {
  /** More than the structure has on any platform. */
  private static final int TERMIOS_BYTES = 256;

  private static final int WINSIZE_BYTES = 8;
  private static final long TIOCGWINSZ = 0x5413;
  private static final int TCSADRAIN = 1;
  private static final int INPUT = 0;
  private static final Window USUAL = new Window(24, 80);

  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final byte[] saved;

  /** A size in characters. */
  record Window(int rows, int columns) {}

  private TerminalMode(byte[] saved) {
    this.saved = saved;
  }

  /** The size of the terminal; a usual one if there is none. */
  static Window window() {
    MethodHandle ioctl =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("ioctl"),
            FunctionDescriptor.of(INT, INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_BYTES, 2);
      int result = (int) ioctl.invokeExact(INPUT, TIOCGWINSZ, size);
      int rows = Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 0));
      int columns = Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1));
      return result != 0 || rows == 0 || columns == 0 ? USUAL : new Window(rows, columns);
    } catch (Throwable e) {
      throw new IllegalStateException("ioctl(2) can't be called", e);
    }
  }

  /** Passes every key on as it is typed; what {@link #restore} goes back to, if that was done. */
  static Optional<TerminalMode> raw() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mode = arena.allocate(TERMIOS_BYTES, 8);
      if ((int) get().invokeExact(INPUT, mode) != 0) {
        return Optional.empty();
      }
      TerminalMode before = new TerminalMode(mode.toArray(ValueLayout.JAVA_BYTE));
      MethodHandle makeRaw =
          LINKER.downcallHandle(
              LINKER.defaultLookup().findOrThrow("cfmakeraw"),
              FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
      makeRaw.invokeExact(mode);
      int unused = (int) set().invokeExact(INPUT, TCSADRAIN, mode);
      return Optional.of(before);
    } catch (Throwable e) {
      throw new IllegalStateException("termios(3) can't be called", e);
    }
  }

  void restore() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mode = arena.allocate(TERMIOS_BYTES, 8);
      mode.copyFrom(MemorySegment.ofArray(saved));
      int unused = (int) set().invokeExact(INPUT, TCSADRAIN, mode);
    } catch (Throwable e) {
      throw new IllegalStateException("termios(3) can't be called", e);
    }
  }

  private static MethodHandle get() {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow("tcgetattr"),
        FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS));
  }

  private static MethodHandle set() {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow("tcsetattr"),
        FunctionDescriptor.of(INT, INT, INT, ValueLayout.ADDRESS));
  }
}
