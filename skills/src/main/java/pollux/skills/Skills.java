package pollux.skills;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pollux.tensor.BadInputException;

/** All skills of the family, by name. */
public final class Skills {
  private Skills() {}

  /** Every skill, in the order of reports; speech is cached in the user's home. */
  public static Map<String, Skill> all() {
    Speech speech = Speech.inHome();
    Skill leaves = new Leaves();
    Skill angle = new Angle();
    Skill naming = new Naming();
    Skill reading = new Reading();
    Skill gestures = new RockPaperScissors();
    Map<String, Skill> all = new LinkedHashMap<>();
    for (Skill skill :
        List.of(
            gestures,
            leaves,
            angle,
            naming,
            reading,
            new Hearing(speech),
            new VoiceQuestion(
                speech,
                List.of(leaves, gestures, reading, angle, naming),
                List.of(leaves, gestures, reading)),
            new Oscars(),
            new Polygons(),
            new SmallTalk())) {
      all.put(skill.name(), skill);
    }
    return all;
  }

  /** The skill called {@code name}. */
  public static Skill named(String name) {
    Skill skill = all().get(name);
    if (skill == null) {
      throw new BadInputException(
          "there is no skill '" + name + "', expected one of " + all().keySet());
    }
    return skill;
  }
}
