package pollux.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of {@code docs/design.md} that a machine can check. */
class HouseRulesTest {
  /** Which room may use which others. */
  private static final Map<String, List<String>> MAY_USE =
      Map.of(
          "tensor", List.of(),
          "media", List.of("tensor"),
          "model", List.of("tensor", "media"),
          "generation", List.of("tensor", "media", "model"),
          "skills", List.of("tensor", "media", "model"),
          "training", List.of("tensor", "media", "model", "generation", "skills"),
          "evaluation", List.of("tensor", "media", "model", "generation", "skills"),
          "cli",
              List.of(
                  "tensor", "media", "model", "generation", "skills", "training", "evaluation"));

  private static final int MOST_LINES = 600;

  private static final Pattern EMPTY_NAME =
      Pattern.compile("(?i)(utils?|commons?|misc|helpers?)|.*(Manager|Impl|Utils?|Helper)");

  private static JavaClasses house;

  @BeforeAll
  static void readClasses() {
    Path root = Repository.folder();
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPaths(
                Repository.ROOMS.stream()
                    .map(r -> root.resolve(r).resolve("target/classes"))
                    .filter(Files::isDirectory)
                    .toList());
    for (String room : Repository.ROOMS) {
      assertThat(house.stream().anyMatch(c -> c.getPackageName().startsWith("pollux." + room)))
          .as("classes of the room " + room + ": build it with -am")
          .isTrue();
    }
  }

  @Test
  void eachRoomUsesOnlyTheRoomsBelowIt() {
    MAY_USE.forEach((room, others) -> {
      String[] allowed =
          Stream.concat(Stream.of(room), others.stream())
              .map(r -> "pollux." + r + "..")
              .toArray(String[]::new);
      noClasses()
          .that(resideInAPackage("pollux." + room + ".."))
          .should()
          .dependOnClassesThat(resideInAPackage("pollux..").and(not(resideInAnyPackage(allowed))))
          .because(room + "/ may use " + others + " alone (docs/design.md)")
          .check(house);
    });
  }

  @Test
  void roomsAndTheirPackagesFormNoCycles() {
    slices().matching("pollux.(**)").should().beFreeOfCycles().check(house);
  }

  @Test
  void onlyTensorKnowsTheIncubatorModule() {
    noClasses()
        .that(not(resideInAPackage("pollux.tensor..")))
        .should()
        .dependOnClassesThat(resideInAPackage("jdk.incubator.."))
        .because("the Vector API changes from JDK to JDK: one package follows it")
        .check(house);
    noClasses()
        .that()
        .haveFullyQualifiedName("pollux.tensor.ScalarKernels")
        .should()
        .dependOnClassesThat(resideInAPackage("jdk.incubator.."))
        .because("the executable specification runs on any Java")
        .check(house);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that(not(resideInAPackage("pollux.cli..")))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .because("a program that embeds a room owns its streams")
        .check(house);
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    noClasses()
        .that(not(resideInAPackage("pollux.cli..")))
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(house);
  }

  @Test
  void namesSayWhatAThingDoes() {
    classes()
        .should()
        .haveNameNotMatching(".*\\.(util|utils|common|commons|misc|helper|helpers)\\..*")
        .andShould()
        .haveNameNotMatching(".*(Manager|Impl|Utils?|Helper|Misc|Common)(\\$.*)?")
        .check(house);
  }

  @Test
  void filesStayShort() throws IOException {
    Map<String, Long> tooLong = new TreeMap<>();
    for (Path file : Repository.sources()) {
      long lines;
      try (var stream = Files.lines(file)) {
        lines = stream.count();
      }
      if (lines > MOST_LINES) {
        tooLong.put(Repository.folder().relativize(file).toString(), lines);
      }
      assertThat(EMPTY_NAME.matcher(file.getFileName().toString().replace(".java", "")).matches())
          .as(file + " has a name that says nothing")
          .isFalse();
    }
    assertThat(tooLong).as("files over " + MOST_LINES + " lines are two files").isEmpty();
  }
}
