package pollux.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory between two pages that nobody may touch: a read or write one byte too far ends the
 * process, and with it the test.
 */
final class GuardedMemory implements AutoCloseable {
  private static final long PAGE = 4096;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MPROTECT =
      function("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MUNMAP =
      function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  private final MemorySegment mapping;

  /** At least {@code bytes} bytes. */
  GuardedMemory(long bytes) {
    int anonymous = System.getProperty("os.name").startsWith("Mac") ? 0x1000 : 0x20;
    long inner = Math.max(PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
    try {
      MemorySegment at =
          (MemorySegment)
              MMAP.invokeExact(MemorySegment.NULL, inner + 2 * PAGE, 0, 2 | anonymous, -1, 0L);
      if (at.address() == -1) {
        throw new OutOfMemoryError("mmap");
      }
      mapping = at.reinterpret(inner + 2 * PAGE);
      if ((int) MPROTECT.invokeExact(mapping.asSlice(PAGE), inner, 3) != 0) {
        throw new IllegalStateException("mprotect");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }

  /** {@code bytes} bytes that end where the memory does. */
  MemorySegment last(long bytes) {
    return mapping.asSlice(mapping.byteSize() - PAGE - bytes, bytes);
  }

  /** {@code bytes} bytes that begin where the memory does. */
  MemorySegment first(long bytes) {
    return mapping.asSlice(PAGE, bytes);
  }

  @Override
  public void close() {
    try {
      if ((int) MUNMAP.invokeExact(mapping, mapping.byteSize()) != 0) {
        throw new IllegalStateException("munmap");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
