package pollux.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import pollux.model.TemplateFile;
import pollux.model.template.ChatTemplate;
import pollux.model.template.Conversation;
import pollux.model.template.Value;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The text that a chat template makes of a conversation. */
@Command(
    name = "render-template",
    description = {
      "Prints the text that a model's chat template makes of a conversation, as it is.",
      "The conversation is a JSON object with messages, and tools, add_generation_prompt and",
      "other variables of the template as it likes."
    })
final class RenderTemplateCommand implements Callable<Integer> {
  private static final long LARGEST_CONVERSATION = 64 << 20;

  @ParentCommand PolluxCommand pollux;

  @ArgGroup(multiplicity = "1")
  Source source = new Source();

  /** Where the template comes from. */
  static final class Source {
    @Option(
        names = {"-m", "--model"},
        paramLabel = "MODEL",
        description = "A GGUF file or a folder with tokenizer_config.json: its own template.")
    @Nullable Path model;

    @Option(
        names = "--template",
        paramLabel = "FILE",
        description = "A file with a Jinja template.")
    @Nullable Path template;
  }

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = TemplateFile.DEFAULT,
      description =
          "Which of a model's templates, tool_use for example (default: ${DEFAULT-VALUE}).")
  String name = TemplateFile.DEFAULT;

  @Option(
      names = "--conversation",
      required = true,
      paramLabel = "FILE",
      description = "The conversation as JSON.")
  Path conversation;

  @Option(
      names = "--bos",
      paramLabel = "TEXT",
      description = "What bos_token is (default: as the model says).")
  @Nullable String bos;

  @Option(
      names = "--eos",
      paramLabel = "TEXT",
      description = "What eos_token is (default: as the model says).")
  @Nullable String eos;

  @Option(
      names = "--now",
      paramLabel = "TIME",
      description = "What strftime_now shows, like 2026-11-23T09:30 (default: the local time).")
  @Nullable String now;

  @Override
  public Integer call() {
    ChatTemplate template;
    String modelBos = "";
    String modelEos = "";
    if (source.model != null) {
      TemplateFile file = TemplateFile.open(source.model);
      template = file.template(name);
      modelBos = file.bos();
      modelEos = file.eos();
    } else if (source.template != null) {
      template = ChatTemplate.parse(text(source.template), source.template.toString());
    } else {
      throw new BadInputException("give a model with -m, or a template with --template");
    }
    pollux
        .io()
        .print(
            template.render(
                conversation(bos == null ? modelBos : bos, eos == null ? modelEos : eos)));
    return 0;
  }

  private Conversation conversation(String bosToken, String eosToken) {
    Map<String, Value> variables = new HashMap<>();
    json().forEach((key, value) -> variables.put(key, Value.of(value)));
    Value messages = variables.remove("messages");
    if (!(messages instanceof Value.Sequence sequence)) {
      throw new BadInputException(conversation + ": messages: expected a list of messages");
    }
    Value tools = variables.remove("tools");
    return new Conversation(
        sequence.items(),
        tools == null ? null : list(tools),
        variables.remove("add_generation_prompt") instanceof Value.Bool(boolean open) && open,
        bosToken,
        eosToken,
        time(),
        variables);
  }

  private @Nullable List<Value> list(Value tools) {
    return switch (tools) {
      case Value.None _ -> null;
      case Value.Sequence sequence -> new ArrayList<>(sequence.items());
      default -> throw new BadInputException(conversation + ": tools: expected a list of tools");
    };
  }

  private Map<String, Object> json() {
    try {
      @SuppressWarnings("unchecked")
      Map<String, Object> object = JsonMapper.shared().readValue(text(conversation), Map.class);
      if (object == null) {
        throw new BadInputException(
            conversation + ": expected an object with messages, found null");
      }
      return object;
    } catch (JacksonException e) {
      throw new BadInputException(
          conversation + ": expected a JSON object with messages: " + e.getOriginalMessage(), e);
    }
  }

  private LocalDateTime time() {
    if (now == null) {
      return LocalDateTime.now();
    }
    try {
      return LocalDateTime.parse(now.strip().replace(' ', 'T'));
    } catch (DateTimeParseException e) {
      throw new BadInputException(
          "--now must be a time like 2026-11-23T09:30, not '" + now + "'", e);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST_CONVERSATION) {
        throw new BadInputException(file + " has more than " + LARGEST_CONVERSATION + " bytes");
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + " must be UTF-8 text", e);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
