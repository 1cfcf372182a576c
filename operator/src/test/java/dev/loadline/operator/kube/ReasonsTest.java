package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.run.Reason;
import dev.loadline.operator.schedule.MissedReason;
import dev.loadline.operator.verdict.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of reasons has each that the program can show, and no other. */
class ReasonsTest {
  private static final Path PAGE = Path.of("../crds/REASONS.md");
  private static final Path SOURCES = Path.of("src/main/java/dev/loadline/operator");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (`[^|]+`) \\| [^|]+ \\| .*[^|]+ \\|$");
  private static final String END = "";
  private static final Pattern WORD = Pattern.compile("`(\\w+)`");

  private static final Pattern CONDITION =
      Pattern.compile("(?:yes|no|unknown)\\(\\s*(?:Test|Run)Condition\\.\\w+,\\s*\"(\\w+)\"");
  private static final Pattern FIRST_SIGHT =
      Pattern.compile("condition\\(type, \"Unknown\", \"(\\w+)\"");
  private static final Pattern EVENT =
      Pattern.compile("(?:normal|warning)\\(\\s*[\\w.]+(?:\\(\\))?,\\s*\"(\\w+)\"");
  private static final Pattern CONSTANT = Pattern.compile("static final String \\w+ = \"(\\w+)\"");
  private static final Pattern CHOICE = Pattern.compile("(?:return|[?:])\\s+\"([A-Z]\\w+)\"");
  private static final Pattern JUDGEMENT =
      Pattern.compile("new Judgement\\(\\s*Verdict\\.\\w+,\\s*\"(\\w+)\"");

  @Test
  void tellsHowEachRunMayWaitOrEnd() throws IOException {
    Set<String> told = told("## Of a run", "More that its conditions");
    assertThat(told).isEqualTo(names(Reason.values()));
    assertThat(told).containsAll(names(ofTarget()));
  }

  @Test
  void tellsHowEachRunMayBeMissed() throws IOException {
    Set<String> missed =
        Arrays.stream(MissedReason.values()).map(MissedReason::reason).collect(sorted());
    assertThat(told("## Of a missed run", "## Of a test")).isEqualTo(missed);
  }

  @Test
  void tellsEachReasonOfAVerdict() throws IOException {
    Set<String> judged = names(Judgement.Check.values());
    judged.addAll(written("verdict/Judge.java", JUDGEMENT));
    judged.remove(Reason.Stopped.name());
    assertThat(told("## Of a verdict", "## Of a missed run")).isEqualTo(judged);
  }

  @Test
  void tellsWhateverElseConditionsAndEventsSay() throws IOException {
    Set<String> said = new TreeSet<>();
    for (Path file : files("kube")) {
      for (Pattern pattern : List.of(CONDITION, FIRST_SIGHT, EVENT)) {
        said.addAll(written("kube/" + file.getFileName(), pattern));
      }
    }
    said.addAll(written("kube/FailedPasses.java", CONSTANT));
    said.addAll(written("kube/LoadTestReconciler.java", CONSTANT));
    said.addAll(written("kube/LoadTestReconciler.java", CHOICE));
    said.addAll(written("kube/RunStatus.java", CHOICE));
    assertThat(said).contains("Completed", "Inconclusive", "RunCreated", "StatusUnreadable");
    Set<String> told = told("More that its conditions", "## Of a verdict");
    told.addAll(told("## Of a test", END));

    assertThat(told).isSubsetOf(said);
    said.removeAll(told("## Of a run", "More that its conditions"));
    said.removeAll(told("## Of a verdict", "## Of a missed run"));
    assertThat(told).containsAll(said);
  }

  @Test
  void readmeNamesNoneThatThePageLacks() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int from = readme.indexOf("## Why there is no result");
    String section = readme.substring(from, readme.indexOf("\n## ", from));
    Set<String> named =
        Pattern.compile("(?m)^\\| (`.*) \\| .* \\|$")
            .matcher(section)
            .results()
            .flatMap(row -> WORD.matcher(row.group(1)).results())
            .map(word -> word.group(1))
            .collect(sorted());
    assertThat(named).contains("RunnerLost", "Timeout", "OperatorDown");
    assertThat(told("# Reasons", END)).containsAll(named);
  }

  /** Reasons of the rows between two lines. */
  private static Set<String> told(String from, String to) throws IOException {
    String page = Files.readString(PAGE);
    String rest = page.substring(page.indexOf(from) + from.length());
    String section = to.equals(END) ? rest : rest.substring(0, rest.indexOf(to));
    Set<String> told =
        ROW.matcher(section)
            .results()
            .flatMap(row -> WORD.matcher(row.group(1)).results())
            .map(word -> word.group(1))
            .collect(sorted());
    assertThat(told).as(from).isNotEmpty();
    return told;
  }

  private static Reason[] ofTarget() {
    return Arrays.stream(Reason.values()).filter(Reason::ofTarget).toArray(Reason[]::new);
  }

  private static Set<String> names(Enum<?>... values) {
    return Arrays.stream(values).map(Enum::name).collect(sorted());
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> all = Files.list(SOURCES.resolve(folder))) {
      return all.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static Set<String> written(String file, Pattern pattern) throws IOException {
    return pattern
        .matcher(Files.readString(SOURCES.resolve(file)))
        .results()
        .map(found -> found.group(1))
        .collect(sorted());
  }

  private static Collector<String, ?, Set<String>> sorted() {
    return Collectors.toCollection(TreeSet::new);
  }
}
