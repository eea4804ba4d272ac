package pollux.training;

import java.util.List;
import pollux.model.Lesson;
import pollux.model.Message;
import pollux.model.PromptEncoder;
import pollux.skills.Skill;
import pollux.skills.Split;

/** Where lessons come from: a numbered, repeatable stream. */
public interface Source {
  /** The name in recipes, shards and curves. */
  String name();

  /** Programs or files that are needed and not there, named so that a reader can install them. */
  List<String> missing();

  /** Different lessons at most; {@link Long#MAX_VALUE} for a generator. */
  long size();

  /** Lesson {@code index}; the same seed and index give the same lesson. */
  Lesson lesson(PromptEncoder encoder, long seed, long index);

  /** The training side of a skill, its questions and pictures varied ({@link Variety}). */
  static Source of(Skill skill) {
    return new Source() {
      @Override
      public String name() {
        return skill.name();
      }

      @Override
      public List<String> missing() {
        return skill.missing(Split.TRAINING);
      }

      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public Lesson lesson(PromptEncoder encoder, long seed, long index) {
        long caseSeed = Split.TRAINING.caseSeed(skill.name(), seed, index);
        List<Message> conversation = skill.draw(caseSeed).conversation();
        return encoder.teach(Variety.of(conversation, Split.random(caseSeed)));
      }
    };
  }
}
