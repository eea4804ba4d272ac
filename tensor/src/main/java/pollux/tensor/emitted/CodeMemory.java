package pollux.tensor.emitted;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory that the processor may run. It is written while it is not executable and executable only
 * when it can no longer be written; it is never given back, since its code lives as long as the
 * process.
 *
 * <p>Calls are plain downcalls: a thread in one counts as outside of Java, so it delays no garbage
 * collection.
 */
public final class CodeMemory {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE = 2;
  private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");
  private static final int ANONYMOUS = MAC ? 0x1000 : 0x20;
  private static final long PAGE = 4096;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MPROTECT =
      function("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  /** One handle for all code: each more would take a millisecond of a cold process. */
  private static final MethodHandle CALL =
      LINKER.downcallHandle(FunctionDescriptor.ofVoid(JAVA_LONG));

  private CodeMemory() {}

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }

  /**
   * Maps {@code code} so that it can be called.
   *
   * @throws UnsupportedOperationException where the system allows no such memory
   */
  static MemorySegment map(byte[] code) {
    long bytes = (code.length + PAGE - 1) / PAGE * PAGE;
    try {
      MemorySegment at =
          (MemorySegment)
              MMAP.invokeExact(
                  MemorySegment.NULL, bytes, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0L);
      if (at.address() == -1) {
        throw new UnsupportedOperationException("the system maps no memory for code");
      }
      MemorySegment memory = at.reinterpret(bytes);
      MemorySegment.copy(code, 0, memory, JAVA_BYTE, 0, code.length);
      if ((int) MPROTECT.invokeExact(memory, bytes, READ | EXECUTE) != 0) {
        throw new UnsupportedOperationException("the system lets no written memory be executed");
      }
      return memory;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // downcalls throw nothing checked
    }
  }

  /** Runs {@code code} with the address of its arguments, as the System V convention passes it. */
  static void call(MemorySegment code, long arguments) {
    try {
      CALL.invokeExact(code, arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
