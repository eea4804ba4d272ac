package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pollux.media.Picture;
import pollux.model.template.ChatTemplate;
import pollux.model.template.Value;
import pollux.tensor.BadInputException;

class ChatLayoutTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 23, 9, 30);

  private static final String TEXT_ONLY =
      "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}"
          + "{% if add_generation_prompt %}<assistant>{% endif %}";

  private static final String PARTS_ONLY =
      "{% for m in messages %}<{{ m.role }}>{% for p in m.content %}"
          + "{{ '[picture]' if p.type == 'image' else p['text'] }}{% endfor %}{% endfor %}";

  private static final String EITHER =
      "{% for m in messages %}<{{ m.role }}>{% if m.content is string %}{{ m.content }}{% else %}"
          + "{% for p in m.content %}{{ '[picture]' if p.type == 'image' else p.text }}{% endfor %}"
          + "{% endif %}{% endfor %}";

  private static final String NO_SYSTEM =
      "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
          + TEXT_ONLY;

  private static final Message SYSTEM =
      new Message(Message.Role.SYSTEM, List.of(new Part.Text("Be short.")));
  private static final Message QUESTION =
      Message.user(new Part.Text("How "), new Part.Text("many?"));
  private static final Message LOOK =
      Message.user(new Part.Image(new Picture(1, 1, new byte[3])), new Part.Text("What is this?"));

  @Test
  void templatesSayWhatTheyTakeByWhatTheyRender() {
    ChatLayout text = layout(TEXT_ONLY);
    assertThat(text.takesText()).isTrue();
    assertThat(text.takesParts()).as("a list is printed as a list").isFalse();
    assertThat(text.takesSystem()).isTrue();
    ChatLayout parts = layout(PARTS_ONLY);
    assertThat(parts.takesText()).isFalse();
    assertThat(parts.takesParts()).isTrue();
    assertThat(parts.takesSystem()).isTrue();
    ChatLayout either = layout(EITHER);
    assertThat(either.takesText()).isTrue();
    assertThat(either.takesParts()).isTrue();
    assertThat(layout(NO_SYSTEM).takesSystem()).isFalse();
  }

  @Test
  void contentIsATextOrPartsAsTheTemplateWants() {
    assertThat(render(TEXT_ONLY, null, SYSTEM, QUESTION))
        .isEqualTo("<s><system>Be short.</s><user>How many?</s><assistant>");
    assertThat(render(PARTS_ONLY, null, SYSTEM, QUESTION))
        .isEqualTo("<system>Be short.<user>How many?");
    assertThat(render(EITHER, null, LOOK)).isEqualTo("<user>[picture]What is this?");
    assertThat(render(PARTS_ONLY, null, LOOK)).isEqualTo("<user>[picture]What is this?");
  }

  @Test
  void aMarkStandsForMediaWhereOneIsGiven() {
    assertThat(render(TEXT_ONLY, "<media>", LOOK))
        .isEqualTo("<s><user><media>What is this?</s><assistant>");
    assertThat(render(PARTS_ONLY, "<media>", LOOK)).isEqualTo("<user><media>What is this?");
    assertThatThrownBy(() -> render(TEXT_ONLY, null, LOOK))
        .isInstanceOf(BadInputException.class)
        .hasMessage("m: the chat template has no place for pictures, sounds or films");
  }

  @Test
  void aSystemMessageGoesToTheUserWhereTheTemplateKnowsNone() {
    assertThat(render(NO_SYSTEM, null, SYSTEM, QUESTION))
        .isEqualTo("<s><user>Be short.\n\nHow many?</s><assistant>");
  }

  @Test
  void thoughtsAreReasoningContent() {
    String template =
        "{% for m in messages %}{% if m.reasoning_content is defined %}"
            + "<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }};{% endfor %}";
    assertThat(
            render(
                template,
                null,
                QUESTION,
                Message.model(new Part.Thought("count"), new Part.Text("Seven."))))
        .isEqualTo("How many?;<think>count</think>Seven.;");
  }

  @Test
  void theFamilysOwnTemplateIsRead() {
    ChatLayout layout = layout(TokenizerFile.CHAT_TEMPLATE);
    assertThat(layout.takesSystem()).isTrue();
    assertThat(
            layout.render(
                List.of(
                    SYSTEM,
                    QUESTION,
                    Message.model(new Part.Thought("count"), new Part.Text("Seven.")),
                    QUESTION),
                true,
                null,
                NOW,
                Map.of()))
        .isEqualTo(
            "<|system|>Be short.<|user|>How many?<|model|><|think|>count<|/think|>Seven.<|end|>"
                + "<|user|>How many?<|model|>");
  }

  @Test
  void furtherVariablesReachTheTemplate() {
    assertThat(
            layout("{{ 'on' if enable_thinking else 'off' }} {{ strftime_now('%d %b') }}")
                .render(List.of(QUESTION), true, null, NOW, Map.of("enable_thinking", Value.TRUE)))
        .isEqualTo("on 23 Nov");
  }

  private static ChatLayout layout(String template) {
    return new ChatLayout(ChatTemplate.parse(template, "m"), "<s>", "</s>");
  }

  private static String render(String template, String mark, Message... messages) {
    return layout(template).render(List.of(messages), true, mark, NOW, Map.of());
  }
}
