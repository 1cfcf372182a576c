package dev.loadline.operator.plan;

import dev.loadline.operator.api.LifecycleSpec;
import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.api.TargetSpec;
import dev.loadline.operator.schedule.CronSchedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a spec part by part and collects every problem. */
final class PlanParser {
  private static final List<String> APIS = List.of("Chat", "Completions");
  private static final List<String> ENGINES =
      List.of("Auto", "vLLM", "SGLang", "TensorRT-LLM", "TGI", "LlamaCpp", "Ollama", "OpenAI");
  private static final Duration GRACE = Duration.ofMinutes(1);
  private static final Duration SHORTEST_STARTUP = Duration.ofSeconds(30);
  private static final Duration SHORTEST_TIME_TO_LIVE = Duration.ofSeconds(60);

  private final String namespace;
  private final Problems problems = new Problems();

  PlanParser(String namespace) {
    this.namespace = namespace;
  }

  TestPlan.Parsed parse(@Nullable LoadTestSpec spec) {
    if (spec == null) {
      return new TestPlan.Parsed.Refused(
          List.of(new Problem("spec", "is missing")), Optional.empty(), Optional.empty());
    }
    Timing timing = timing(spec);
    Optional<Target> target = target(spec.target());
    Optional<Workload> workload = new WorkloadParser(problems).workload(spec.workload());
    LoadParser loadParser = new LoadParser(problems);
    Optional<Load> load = loadParser.load(spec.load());
    List<Objective> objectives =
        new ObjectiveParser(problems, loadParser.stages(), loadParser.openStages())
            .objectives(spec.objectives());
    Lifecycle lifecycle = lifecycle(spec.lifecycle(), load);
    new RunnerParser(problems).check(spec.runner());
    if (!problems.found().isEmpty() || target.isEmpty() || workload.isEmpty() || load.isEmpty()) {
      return new TestPlan.Parsed.Refused(
          problems.found(),
          load.filter(is -> problems.noneIn("spec.load")),
          Optional.of(objectives).filter(are -> problems.noneIn("spec.objectives")));
    }
    return new TestPlan.Parsed.Valid(
        new TestPlan(timing, target.get(), workload.get(), load.get(), objectives, lifecycle));
  }

  private Timing timing(LoadTestSpec spec) {
    return new Timing(
        schedule(spec.schedule()),
        zone(spec.timeZone()),
        problems.positive(spec.startingDeadline(), Duration.ofMinutes(10), "spec.startingDeadline"),
        problems.oneOf(
            spec.concurrencyPolicy(), Timing.ConcurrencyPolicy.Forbid, "spec.concurrencyPolicy"),
        Boolean.TRUE.equals(spec.suspend()),
        Optional.ofNullable(spec.runNow()).map(LoadTestSpec.RunNowSpec::token),
        (int)
            problems.within(
                spec.successfulRunsHistoryLimit(),
                10,
                new long[] {0, 1000},
                "spec.successfulRunsHistoryLimit"),
        (int)
            problems.within(
                spec.failedRunsHistoryLimit(),
                5,
                new long[] {0, 1000},
                "spec.failedRunsHistoryLimit"));
  }

  private Optional<CronSchedule> schedule(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    return switch (CronSchedule.parse(text)) {
      case CronSchedule.Parsed.Valid valid -> Optional.of(valid.schedule());
      case CronSchedule.Parsed.Invalid invalid -> {
        for (CronSchedule.CronProblem problem : invalid.problems()) {
          String where = problem.field().equals("schedule") ? "" : problem.field() + ": ";
          problems.add("spec.schedule", where + problem.message());
        }
        yield Optional.empty();
      }
    };
  }

  private ZoneId zone(@Nullable String text) {
    if (text == null) {
      return ZoneId.of("Etc/UTC");
    }
    if (text.equals("Local")) {
      problems.add("spec.timeZone", "'Local' is not allowed: name a zone such as Europe/Berlin");
      return ZoneOffset.UTC;
    }
    try {
      if (ZoneId.getAvailableZoneIds().contains(text)) {
        return ZoneId.of(text);
      }
    } catch (DateTimeException unknown) {
      // The problem below says so.
    }
    problems.add(
        "spec.timeZone",
        Problems.quoted(text) + " is not a time zone of the IANA database, such as Europe/Berlin");
    return ZoneOffset.UTC;
  }

  private Optional<Target> target(@Nullable TargetSpec spec) {
    if (spec == null) {
      problems.add("spec.target", "is missing: name a service or a url");
      return Optional.empty();
    }
    Optional<String> url = new UrlParser(problems, namespace).url(spec);
    Optional<Target.KeyReference> apiKey =
        Optional.ofNullable(spec.auth())
            .map(TargetSpec.AuthSpec::apiKeySecretRef)
            .map(reference -> key(reference, "spec.target.auth.apiKeySecretRef"));
    if (spec.auth() != null && apiKey.isEmpty()) {
      problems.add("spec.target.auth.apiKeySecretRef", "is missing");
    }
    List<Target.Header> headers = headers(spec.headers(), apiKey.isPresent());
    Optional<TargetSpec.TlsSpec> tls = Optional.ofNullable(spec.tls());
    Optional<String> caBundle = tls.map(TargetSpec.TlsSpec::caBundle).map(this::certificates);
    if (spec.model() != null && spec.model().isBlank()) {
      problems.add("spec.target.model", "is empty: leave it out or name a model");
    }
    Duration readiness =
        problems.positive(
            spec.readinessTimeout(), Duration.ofMinutes(5), "spec.target.readinessTimeout");
    String api = problems.oneOf(spec.api(), APIS, "spec.target.api");
    String engine = problems.oneOf(spec.engine(), ENGINES, "spec.target.engine");
    return url.map(text ->
        new Target(
            text,
            Optional.ofNullable(spec.model()),
            api,
            engine,
            apiKey,
            headers,
            tls.map(TargetSpec.TlsSpec::insecureSkipVerify).orElse(false),
            caBundle,
            readiness));
  }

  private String certificates(String text) {
    if (!PemCertificates.usable(text)) {
      problems.add(
          "spec.target.tls.caBundle",
          "must hold PEM certificates (-----BEGIN CERTIFICATE-----) that can be read, and no keys");
    }
    return text;
  }

  private List<Target.Header> headers(
      @Nullable List<TargetSpec.HeaderSpec> specs, boolean withKey) {
    List<Target.Header> headers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    problems.each(
        specs,
        "spec.target.headers",
        (spec, field) -> {
          String name = problems.required(spec.name(), field + ".name", "missing");
          if (!names.add(name.toLowerCase(Locale.ROOT))) {
            problems.add(field + ".name", Problems.quoted(name) + " is there twice");
          }
          if (HeaderRules.reserved(name)) {
            problems.add(
                field + ".name", Problems.quoted(name) + " is set by the load runner itself");
          }
          if (withKey && name.equalsIgnoreCase("Authorization")) {
            problems.add(
                field + ".name",
                Problems.quoted(name)
                    + " is what auth.apiKeySecretRef sends: leave one of them out");
          }
          value(spec, name, field).ifPresent(value -> headers.add(new Target.Header(name, value)));
        });
    return headers;
  }

  private Optional<Target.Value> value(TargetSpec.HeaderSpec spec, String name, String field) {
    if ((spec.value() == null) == (spec.secretKeyRef() == null)) {
      problems.add(field, "exactly one of value and secretKeyRef must be set");
      return Optional.empty();
    }
    if (spec.value() == null) {
      return Optional.of(
          new Target.Value.FromSecret(key(spec.secretKeyRef(), field + ".secretKeyRef")));
    }
    if (HeaderRules.secret(name)) {
      problems.add(field + ".value", Problems.quoted(name) + " carries a secret: use secretKeyRef");
    }
    if (spec.value().isBlank()) {
      problems.add(field + ".value", "is empty");
    }
    return Optional.of(new Target.Value.Literal(spec.value()));
  }

  private Target.KeyReference key(TargetSpec.KeyRefSpec spec, String field) {
    return new Target.KeyReference(
        problems.required(spec.name(), field + ".name", "missing"),
        problems.required(spec.key(), field + ".key", "missing"));
  }

  private Lifecycle lifecycle(@Nullable LifecycleSpec spec, Optional<Load> load) {
    Duration startup = startupDeadline(spec == null ? null : spec.startupDeadline());
    Duration derived = startup.plus(load.map(Load::longest).orElse(Duration.ZERO)).plus(GRACE);
    if (spec == null) {
      return new Lifecycle(startup, derived, 3, Optional.empty(), Lifecycle.PodRetention.OnFailure);
    }
    Duration active =
        problems.positive(spec.activeDeadline(), derived, "spec.lifecycle.activeDeadline");
    longEnough(spec.activeDeadline(), active, load);
    Optional<Duration> ttl = timeToLive(spec.ttlAfterFinished());
    int attempts =
        (int)
            problems.within(
                spec.maxStartAttempts(), 3, new long[] {1, 10}, "spec.lifecycle.maxStartAttempts");
    Lifecycle.PodRetention retention =
        problems.oneOf(
            spec.podRetention(), Lifecycle.PodRetention.OnFailure, "spec.lifecycle.podRetention");
    return new Lifecycle(startup, active, attempts, ttl, retention);
  }

  private Duration startupDeadline(@Nullable String text) {
    String field = "spec.lifecycle.startupDeadline";
    Duration deadline = problems.duration(text, Duration.ofMinutes(15), field);
    if (deadline.compareTo(SHORTEST_STARTUP) < 0) {
      problems.add(field, "must be at least 30s: the runner warms its client up for 10 s of it");
    }
    return deadline;
  }

  private void longEnough(@Nullable String text, Duration active, Optional<Load> load) {
    boolean loadIsSound = problems.noneIn("spec.load");
    Duration needed = load.map(Load::shortest).orElse(Duration.ZERO);
    if (text != null && !active.isZero() && loadIsSound && active.compareTo(needed) < 0) {
      problems.add(
          "spec.lifecycle.activeDeadline",
          Problems.quoted(text)
              + " is shorter than the load: its warm-ups and windows take "
              + Problems.text(needed));
    }
  }

  private Optional<Duration> timeToLive(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    String field = "spec.lifecycle.ttlAfterFinished";
    Duration time = problems.duration(text, SHORTEST_TIME_TO_LIVE, field);
    if (time.compareTo(SHORTEST_TIME_TO_LIVE) < 0) {
      problems.add(field, "must be at least 60s: a run is recorded in its test before it goes");
    }
    return Optional.of(time);
  }
}
