package pollux.skills;

import java.util.List;

/** Prints how long a case of each drawn skill takes, on one thread after warm-up. */
final class DrawingSpeed {
  private DrawingSpeed() {}

  public static void main(String[] args) {
    for (Skill skill : List.<Skill>of(new Leaves(), new Angle(), new RockPaperScissors())) {
      for (Split split : Split.values()) {
        long from = 0;
        int measured = 3000;
        for (int i = 0; i < 2 * measured; i++) {
          if (i == measured) {
            from = System.nanoTime();
          }
          skill.draw(split.caseSeed(skill.name(), 7, i));
        }
        System.out.printf(
            "%-20s %-8s %.3f ms a case%n",
            skill.name(), split, (System.nanoTime() - from) / 1e6 / measured);
      }
    }
  }
}
