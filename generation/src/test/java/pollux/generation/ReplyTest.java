package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import pollux.model.Tokenizer;
import pollux.model.tokenizer.ByteLevel;

/** Thoughts are kept apart from the answer, however a family marks them. */
class ReplyTest {
  private final List<String> heard = new ArrayList<>();
  private final AnswerListener listener =
      new AnswerListener() {
        @Override
        public void text(String piece) {
          heard.add("text " + piece);
        }

        @Override
        public void thought(String piece) {
          heard.add("thought " + piece);
        }
      };

  @Test
  void tagsStandAroundAThought() {
    Reply reply = reply(false, "<think>", "</think>");
    say(reply, "<think>", "hm", "</think>", "so");
    assertThat(reply.thought()).isEqualTo("hm");
    assertThat(reply.text()).isEqualTo("so");
    assertThat(reply.thoughtTokens()).isEqualTo(4);
    assertThat(reply.textTokens()).isEqualTo(2);
    assertThat(heard).containsExactly("thought h", "thought m", "text s", "text o");
  }

  @Test
  void aThoughtMayBeOpenedByThePrompt() {
    Reply reply = reply(true, "<think>", "</think>");
    say(reply, "hm", "</think>", "so");
    assertThat(reply.thought()).isEqualTo("hm");
    assertThat(reply.text()).isEqualTo("so");
  }

  @Test
  void thePromptSaysWhetherAThoughtIsOpen() {
    Tokenizer tokenizer = tokenizer("<think>", "</think>");
    ThoughtMarks marks = ThoughtMarks.of(tokenizer);
    int open = tokenizer.control("<think>");
    int close = tokenizer.control("</think>");
    assertThat(marks.opened(new int[] {'a', open, 'b'})).isTrue();
    assertThat(marks.opened(new int[] {'a', open, 'b', close, 'c'})).isFalse();
    assertThat(marks.opened(new int[] {'a'})).isFalse();
  }

  @Test
  void channelsHaveHeads() {
    Reply reply = reply(false, "<|start|>", "<|channel|>", "<|message|>", "<|end|>");
    say(reply, "<|channel|>", "analysis", "<|message|>", "hm", "<|end|>", "<|start|>", "assistant");
    say(reply, "<|channel|>", "final", "<|message|>", "so");
    assertThat(reply.thought()).isEqualTo("hm");
    assertThat(reply.text()).isEqualTo("so");
    assertThat(heard).containsExactly("thought h", "thought m", "text s", "text o");
  }

  @Test
  void withoutMarksAllIsText() {
    Reply reply = reply(false);
    say(reply, "<think>so");
    assertThat(reply.thought()).isNull();
    assertThat(reply.text()).isEqualTo("<think>so");
  }

  private Reply reply(boolean opened, String... marks) {
    tokenizer = tokenizer(marks);
    return new Reply(tokenizer, tokenizer.stream(), ThoughtMarks.of(tokenizer), opened, listener);
  }

  private Tokenizer tokenizer = tokenizer();

  private static Tokenizer tokenizer(String... marks) {
    List<String> vocabulary = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      vocabulary.add(ByteLevel.toText(new byte[] {(byte) b}));
    }
    BitSet control = new BitSet();
    for (String mark : marks) {
      control.set(vocabulary.size());
      vocabulary.add(mark);
    }
    return new Tokenizer(vocabulary, List.of(), control);
  }

  private void say(Reply reply, String... pieces) {
    for (String piece : pieces) {
      for (int id : tokenizer.encode(piece, true)) {
        reply.add(id);
      }
    }
    reply.end();
  }
}
