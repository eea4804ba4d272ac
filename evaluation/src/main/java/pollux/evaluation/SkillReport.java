package pollux.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pollux.model.Tier;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one tier can do.
 *
 * @param weights the SHA-256 of the weights file
 * @param seed what the cases were drawn from
 */
public record SkillReport(String weights, Tier tier, long seed, List<SkillResult> skills) {
  public SkillReport {
    skills = List.copyOf(skills);
  }

  /**
   * One object: {@code {"weights", "tier", "seed", "skills": [{"name", "cases", "correct",
   * "accuracy", "low", "high"}]}}; a skill that was skipped has {@code {"name", "skipped": reason}}
   * there.
   */
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("weights", weights);
    object.put("tier", tier.label());
    object.put("seed", seed);
    List<Map<String, Object>> list = new ArrayList<>();
    for (SkillResult skill : skills) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", skill.name());
      switch (skill) {
        case SkillResult.Skipped skipped -> entry.put("skipped", skipped.reason());
        case SkillResult.Measured measured -> {
          entry.put("cases", measured.cases());
          entry.put("correct", measured.correct());
          entry.put("accuracy", measured.accuracy());
          entry.put("low", measured.interval().low());
          entry.put("high", measured.interval().high());
        }
      }
      list.add(entry);
    }
    object.put("skills", list);
    return JsonMapper.shared().writeValueAsString(object);
  }
}
