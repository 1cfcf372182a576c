package dev.loadline.operator.metrics;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.metrics.ShownTest.ShownRun;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The results of the last finished run of each test, read from the caches at scrape time: nothing
 * is registered for a test, so that its series are gone as soon as it is. Which run is the last its
 * test's status says. The series of a run are gone with the run's object; an older run does not
 * take its place. Of a measurement that is not valid there are only verdict and time: its figures
 * shall page nobody.
 */
public final class ResultExposition implements ManagementServer.Body {

  /** As the families sort their series, by the labels: what is in order is sorted soon. */
  private static final Comparator<LoadTest> AS_SERIES =
      Comparator.comparing((LoadTest test) -> test.getMetadata().getName())
          .thenComparing(test -> test.getMetadata().getNamespace());

  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final Supplier<List<LoadTest>> tests;
  private final Supplier<List<LoadTestRun>> runs;

  /** Reads from these caches. */
  public ResultExposition(Supplier<List<LoadTest>> tests, Supplier<List<LoadTestRun>> runs) {
    this.tests = tests;
    this.runs = runs;
  }

  /**
   * Writes family by family: the points of all of them at once are megabytes with a thousand tests,
   * which the garbage collector would have to copy.
   */
  @Override
  public void writeTo(OutputStream out) throws IOException {
    List<ShownTest> shown = shown();
    for (Family family : Families.ALL) {
      Optional<GaugeSnapshot> snapshot = family.snapshot(shown);
      if (snapshot.isPresent()) {
        writer.write(out, MetricSnapshots.of(snapshot.get()));
      }
    }
  }

  private List<ShownTest> shown() {
    List<LoadTest> all = tests.get().stream().sorted(AS_SERIES).toList();
    Map<String, String> names = new HashMap<>();
    all.forEach(test -> lastRunName(test).ifPresent(name -> names.put(uid(test), name)));
    Map<String, LoadTestRun> last = new HashMap<>();
    Map<String, Integer> active = new HashMap<>();
    for (LoadTestRun run : runs.get()) {
      Optional<String> test = owner(run);
      if (test.isPresent() && !hasFinished(run)) {
        active.merge(test.get(), 1, Integer::sum);
      } else if (test.isPresent() && run.getMetadata().getName().equals(names.get(test.get()))) {
        last.put(test.get(), run);
      }
    }
    return all.stream()
        .map(test ->
            shown(
                test, active.getOrDefault(uid(test), 0), Optional.ofNullable(last.get(uid(test)))))
        .toList();
  }

  private static ShownTest shown(LoadTest test, int active, Optional<LoadTestRun> last) {
    Labels labels =
        Labels.of(
            "namespace",
            test.getMetadata().getNamespace(),
            "loadtest",
            test.getMetadata().getName());
    return new ShownTest(
        labels,
        active,
        instant(Optional.ofNullable(test.getStatus()).map(LoadTestStatus::nextScheduleTime)),
        last.map(LoadTestRun::getStatus)
            .map(status ->
                ShownRun.of(
                    labels, status, instant(Optional.ofNullable(status.completionTime())))));
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }

  /** Name of the run that finished last, as the test's status has it. */
  private static Optional<String> lastRunName(LoadTest test) {
    return Optional.ofNullable(test.getStatus())
        .map(LoadTestStatus::lastRun)
        .map(LoadTestStatus.LastRun::name);
  }

  /**
   * UID of the test that made the run; runs made by hand have none and no series. Ten thousand may
   * be kept, for each of which a stream would cost more than the look.
   */
  private static Optional<String> owner(HasMetadata run) {
    for (OwnerReference owner : run.getMetadata().getOwnerReferences()) {
      if (Boolean.TRUE.equals(owner.getController())) {
        return Optional.of(owner.getUid());
      }
    }
    return Optional.empty();
  }

  /** Thousands may be kept, whose instants nobody needs. */
  private static boolean hasFinished(LoadTestRun run) {
    return run.getStatus() != null && run.getStatus().completionTime() != null;
  }

  private static Optional<Instant> instant(Optional<String> text) {
    try {
      return text.map(Instant::parse);
    } catch (DateTimeParseException notOurs) {
      // Somebody else wrote the status: what cannot be read is not shown.
      return Optional.empty();
    }
  }
}
