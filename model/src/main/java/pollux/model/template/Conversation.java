package pollux.model.template;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template is given, under the names that transformers gives.
 *
 * @param messages mappings with {@code role}, {@code content} and whatever else the template knows
 * @param tools mappings that describe functions in the form of OpenAI's API; null for none
 * @param addGenerationPrompt whether the text ends where the model is to answer
 * @param bos the text of the token that begins a sequence ({@code bos_token})
 * @param eos the text of the token that ends a turn ({@code eos_token})
 * @param now what {@code strftime_now} shows
 * @param extra further variables, {@code enable_thinking} for example; they win over all others
 */
public record Conversation(
    List<Value> messages,
    @Nullable List<Value> tools,
    boolean addGenerationPrompt,
    String bos,
    String eos,
    LocalDateTime now,
    Map<String, Value> extra) {
  public Conversation {
    messages = List.copyOf(messages);
    tools = tools == null ? null : List.copyOf(tools);
    extra = Map.copyOf(extra);
  }

  /** The variables of the template by their names. */
  Map<String, Value> variables() {
    Map<String, Value> variables = new LinkedHashMap<>();
    variables.put("messages", Value.list(messages));
    variables.put("tools", tools == null ? Value.NONE : Value.list(tools));
    variables.put("documents", Value.NONE);
    variables.put("add_generation_prompt", Value.of(addGenerationPrompt));
    variables.put("bos_token", Value.of(bos));
    variables.put("eos_token", Value.of(eos));
    variables.putAll(extra);
    return variables;
  }
}
