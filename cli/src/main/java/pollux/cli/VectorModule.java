package pollux.cli;

import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Adds {@code jdk.incubator.vector} to the running process.
 *
 * <p>{@code --add-modules} would do it too, but then Java prints "WARNING: Using incubator modules"
 * to stderr at every start, which nothing turns off, and gives up its archived module graph. The
 * JDK's own way of loading a module late (its instrumentation agent uses it) does neither; the
 * launcher exports that package to us. Measured on JDK 25.0.3: the same kernels at the same speed.
 */
final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /**
   * Loads the module if it is not there; returns the reason if that fails. {@code
   * -Dpollux.vectors=off} leaves it out: the run from which the launcher makes its AOT cache must,
   * as JDK 25 cannot write a cache once a module was loaded late.
   */
  static @Nullable String load() {
    if ("off".equals(System.getProperty("pollux.vectors"))
        || ModuleLayer.boot().findModule(NAME).isPresent()) {
      return null;
    }
    try {
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, NAME);
      return null;
    } catch (InvocationTargetException e) {
      return "could not load the Vector API (" + e.getCause() + ")";
    } catch (ReflectiveOperationException e) {
      return "could not load the Vector API (" + e + "); start Java with --add-modules " + NAME;
    }
  }
}
