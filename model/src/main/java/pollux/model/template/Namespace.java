package pollux.model.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one value that a template may change: {@code set ns.name = …} writes into it. */
final class Namespace implements Value {
  private final Map<String, Value> members = new LinkedHashMap<>();

  Map<String, Value> members() {
    return members;
  }
}
