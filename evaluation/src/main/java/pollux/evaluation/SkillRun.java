package pollux.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import pollux.generation.Engine;
import pollux.generation.EngineOptions;
import pollux.model.Message;
import pollux.skills.Case;
import pollux.skills.Skill;
import pollux.skills.Split;
import pollux.tensor.BadInputException;

/**
 * Asks fresh cases of skills, drawn from the test side, and counts the right answers. Case {@code
 * i} of a skill depends on the seed, the skill's name and {@code i} alone: more cases go on where
 * fewer end, and the number of threads does not matter.
 *
 * @param skills in the order of the report
 * @param cases of each skill
 * @param seed what the cases are drawn from
 */
public record SkillRun(Collection<Skill> skills, int cases, long seed) {
  /** Twice what the longest right answers take, code or not: who says more will not get there. */
  private static final int TOKENS_FOR_CODE = 512;

  private static final int TOKENS = 160;

  public SkillRun {
    skills = List.copyOf(skills);
    if (cases < 1) {
      throw new BadInputException("the number of cases must be 1 or more, not " + cases);
    }
  }

  /** Told of each case that was judged, from several threads. */
  @FunctionalInterface
  public interface Progress {
    /** Hears nothing. */
    Progress SILENT = (skill, done, correct, of) -> {};

    /**
     * {@code done} of {@code of} cases of {@code skill} are judged, {@code correct} of them right.
     */
    void judged(String skill, int done, int correct, int of);
  }

  /** Asks the tier of {@code weights} in {@code options}, a case for each of their threads. */
  public SkillReport run(Path weights, EngineOptions options, Progress progress) {
    List<Engine> engines = new ArrayList<>();
    try {
      EngineOptions each = new EngineOptions(options.tier(), 1, options.cache());
      for (int i = 0; i < options.threads(); i++) {
        engines.add(Engine.open(weights, each));
      }
      List<SkillResult> results = run(engines.stream().map(Examinee::of).toList(), progress);
      return new SkillReport(engines.getFirst().sha256(), options.tier(), seed, results);
    } finally {
      engines.forEach(Engine::close);
    }
  }

  /** Asks {@code examinees}, all equal, as many cases at a time as there are. */
  public List<SkillResult> run(List<Examinee> examinees, Progress progress) {
    List<SkillResult> results = new ArrayList<>();
    for (Skill skill : skills) {
      List<String> missing = skill.missing(Split.TEST);
      results.add(
          missing.isEmpty()
              ? new SkillResult.Measured(skill.name(), cases, correct(skill, examinees, progress))
              : new SkillResult.Skipped(skill.name(), "missing: " + String.join(", ", missing)));
    }
    return results;
  }

  private int correct(Skill skill, List<Examinee> examinees, Progress progress) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger correct = new AtomicInteger();
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(examinees.size())) {
      for (Examinee examinee : examinees) {
        workers.add(
            threads.submit(() -> {
              for (int i = next.getAndIncrement(); i < cases; i = next.getAndIncrement()) {
                if (right(skill, i, examinee)) {
                  correct.incrementAndGet();
                }
                progress.judged(skill.name(), done.incrementAndGet(), correct.get(), cases);
              }
            }));
      }
      try {
        await(workers);
      } finally {
        next.set(cases); // after a failure the others stop, too
      }
    }
    return correct.get();
  }

  /** Case {@code index} of {@code skill}. */
  Case draw(Skill skill, int index) {
    return skill.draw(Split.TEST.caseSeed(skill.name(), seed, index));
  }

  private boolean right(Skill skill, int index, Examinee examinee) {
    Case asked = draw(skill, index);
    Message question = new Message(Message.Role.USER, asked.question());
    int tokens = skill.name().equals("polygons") ? TOKENS_FOR_CODE : TOKENS;
    return skill.correct(asked, examinee.answer(List.of(question), tokens));
  }

  private static void await(List<Future<?>> workers) {
    for (Future<?> worker : workers) {
      try {
        worker.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          case null, default -> throw new IllegalStateException(e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("the run was interrupted");
      }
    }
  }
}
