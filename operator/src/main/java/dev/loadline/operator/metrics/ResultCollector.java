package dev.loadline.operator.metrics;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The results of the last finished run of each test, read from the caches at scrape time: nothing
 * is registered for a test, so that its series are gone as soon as it is. Which run is the last its
 * test's status says. The series of a run are gone with the run's object; an older run does not
 * take its place. Of a measurement that is not valid there are only verdict and time: its figures
 * shall page nobody.
 */
public final class ResultCollector implements MultiCollector {
  private static final List<String> VERDICTS = List.of("Pass", "Fail", "Invalid", "None");

  /** Verdicts of runs whose figures say something about the server. */
  private static final Set<String> SOUND = Set.of("Pass", "Fail", "None");

  /** As the registry sorts their series, by the labels: what is in order is sorted soon. */
  private static final Comparator<LoadTest> AS_SERIES =
      Comparator.comparing((LoadTest test) -> test.getMetadata().getName())
          .thenComparing(test -> test.getMetadata().getNamespace());

  private final Supplier<List<LoadTest>> tests;
  private final Supplier<List<LoadTestRun>> runs;

  /** Reads from these caches. */
  public ResultCollector(Supplier<List<LoadTest>> tests, Supplier<List<LoadTestRun>> runs) {
    this.tests = tests;
    this.runs = runs;
  }

  @Override
  public MetricSnapshots collect() {
    Families families = new Families();
    List<LoadTest> all = tests.get().stream().sorted(AS_SERIES).toList();
    Map<String, String> names = new HashMap<>();
    all.forEach(test -> lastRun(test).ifPresent(name -> names.put(uid(test), name)));
    Map<String, LoadTestRun> last = new HashMap<>();
    Map<String, Integer> active = new HashMap<>();
    for (LoadTestRun run : runs.get()) {
      Optional<String> test = owner(run);
      if (test.isPresent() && !hasFinished(run)) {
        active.merge(test.get(), 1, Integer::sum);
      } else if (test.filter(uid -> run.getMetadata().getName().equals(names.get(uid)))
          .isPresent()) {
        last.put(test.get(), run);
      }
    }
    for (LoadTest test : all) {
      String uid = uid(test);
      Labels labels = labels(test);
      families.add(
          "loadline_active_runs",
          "Runs of the test that have not finished.",
          labels,
          active.getOrDefault(uid, 0));
      instant(Optional.ofNullable(test.getStatus()).map(LoadTestStatus::nextScheduleTime))
          .ifPresent(next ->
              families.add(
                  "loadline_next_run_timestamp_seconds",
                  "When the next run is due, Unix time.",
                  labels,
                  (double) next.getEpochSecond()));
      Optional.ofNullable(last.get(uid)).ifPresent(run -> lastRun(families, labels, run));
    }
    return families.snapshots();
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }

  /** Name of the run that finished last, as the test's status has it. */
  private static Optional<String> lastRun(LoadTest test) {
    return Optional.ofNullable(test.getStatus())
        .map(LoadTestStatus::lastRun)
        .map(LoadTestStatus.LastRun::name);
  }

  private static Labels labels(LoadTest test) {
    return Labels.of(
        "namespace", test.getMetadata().getNamespace(), "loadtest", test.getMetadata().getName());
  }

  private static void lastRun(Families families, Labels test, LoadTestRun run) {
    LoadTestRunStatus status = run.getStatus();
    String model =
        Optional.ofNullable(status.target()).map(LoadTestRunStatus.TargetStatus::model).orElse("");
    Labels labels = test.add("model", model);
    for (String verdict : VERDICTS) {
      families.add(
          "loadline_last_run_verdict",
          "1 for the verdict of the run that finished last, 0 for the others.",
          labels.add("verdict", verdict),
          verdict.equals(status.verdict()) ? 1 : 0);
    }
    finishedAt(run)
        .ifPresent(end ->
            families.add(
                "loadline_last_run_timestamp_seconds",
                "When the last run finished, Unix time.",
                labels,
                (double) end.getEpochSecond()));
    if (SOUND.contains(Optional.ofNullable(status.verdict()).orElse(""))) {
      listOf(status.objectives()).forEach(objective -> objective(families, labels, objective));
      listOf(status.stages())
          .forEach(
              stage -> new StageSeries(families, labels.add("stage", stage.name())).add(stage));
    }
  }

  private static void objective(
      Families families, Labels labels, LoadTestRunStatus.ObjectiveStatus objective) {
    if (!"NotEnoughSamples".equals(objective.result())) {
      families.add(
          "loadline_objective_met",
          "1 if the last run met the objective, 0 if it missed it; absent if it could not be"
              + " judged or the measurement is not valid.",
          labels.add("objective", objective.name()),
          "Met".equals(objective.result()) ? 1 : 0);
    }
  }

  /** UID of the test that made the run; runs made by hand have none and no series. */
  private static Optional<String> owner(HasMetadata run) {
    return run.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .map(owner -> owner.getUid())
        .findFirst();
  }

  /** Thousands may be kept, whose instants nobody needs. */
  private static boolean hasFinished(LoadTestRun run) {
    return run.getStatus() != null && run.getStatus().completionTime() != null;
  }

  private static Optional<Instant> finishedAt(LoadTestRun run) {
    return instant(Optional.ofNullable(run.getStatus()).map(LoadTestRunStatus::completionTime));
  }

  private static Optional<Instant> instant(Optional<String> text) {
    try {
      return text.map(Instant::parse);
    } catch (DateTimeParseException notOurs) {
      // Somebody else wrote the status: what cannot be read is not shown.
      return Optional.empty();
    }
  }

  private static <T> List<T> listOf(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
