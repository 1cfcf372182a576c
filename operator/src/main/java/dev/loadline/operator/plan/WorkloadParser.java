package dev.loadline.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.api.LoadSpec;
import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.api.TargetSpec;
import dev.loadline.operator.api.WorkloadSpec;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload.Content;
import dev.loadline.runner.contract.Workload.Turns;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what is sent. */
final class WorkloadParser {
  private static final String FIELD = "spec.workload";
  private static final List<String> DATASETS = List.of("ShareGPT", "JSONL");
  private static final List<String> TRACES = List.of("Azure", "BurstGPT", "Mooncake", "JSONL");
  private static final List<String> ISOLATION = List.of("Run", "None");
  private static final long[] PREFIX = {1, 10_000_000};
  private static final long[] GROUPS = {1, 1_000_000};

  private final Problems problems;
  private final DistributionParser distributions;

  WorkloadParser(Problems problems) {
    this.problems = problems;
    this.distributions = new DistributionParser(problems);
  }

  /** The content with what it is made of. */
  private record Source(Content content, Optional<DataFile> file, Optional<Preset> preset) {}

  Optional<Workload> workload(@Nullable WorkloadSpec spec) {
    if (spec == null) {
      problems.add(FIELD, "is missing: give it synthetic, preset, dataset or trace");
      return Optional.empty();
    }
    long sources =
        Stream.of(spec.synthetic(), spec.preset(), spec.dataset(), spec.trace())
            .filter(Objects::nonNull)
            .count();
    if (sources != 1) {
      problems.add(FIELD, "exactly one of synthetic, preset, dataset and trace must be set");
    }
    Optional<Source> source =
        Stream.of(
                Optional.ofNullable(spec.synthetic()).map(this::synthetic),
                Optional.ofNullable(spec.preset()).flatMap(this::preset),
                Optional.ofNullable(spec.dataset()).map(this::dataset),
                Optional.ofNullable(spec.trace()).map(this::trace))
            .flatMap(Optional::stream)
            .reduce((first, second) -> first);
    Optional<Turns> turns = Optional.ofNullable(spec.turns()).map(this::turns);
    if (spec.turns() != null && spec.trace() != null) {
      problems.add(FIELD + ".turns", "does not go with trace");
    }
    if (turns.flatMap(Turns::inputTokens).isPresent() && spec.dataset() != null) {
      problems.add(
          FIELD + ".turns.inputTokens",
          "does not go with dataset, whose records say what is asked");
    }
    String isolation = problems.oneOf(spec.cacheIsolation(), ISOLATION, FIELD + ".cacheIsolation");
    long seed = spec.seed() == null ? 0 : spec.seed();
    return source.map(is ->
        new Workload(
            new dev.loadline.runner.contract.Workload(
                is.content(), turns, isolation.equals("Run"), seed),
            is.file(),
            is.preset()));
  }

  /** What workload and load demand of one another. */
  void together(LoadTestSpec spec, Collection<String> openStages) {
    boolean trace = spec.workload() != null && spec.workload().trace() != null;
    boolean replay = Optional.ofNullable(spec.load()).map(LoadSpec::replay).isPresent();
    if (trace && !replay) {
      problems.add(FIELD + ".trace", "goes with load.replay, which says how it is sent");
    }
    if (replay && !trace) {
      problems.add("spec.load.replay", "goes with workload.trace, which is what it sends");
    }
    boolean turns = spec.workload() != null && spec.workload().turns() != null;
    if (turns && !trace && !openStages.isEmpty()) {
      problems.add(
          FIELD + ".turns", "goes with users in every stage: " + openStages + " have none");
    }
  }

  private Source synthetic(WorkloadSpec.SyntheticSpec spec) {
    String field = FIELD + ".synthetic.";
    Distribution input = distributions.tokens(spec.inputTokens(), field + "inputTokens");
    Distribution output = distributions.tokens(spec.outputTokens(), field + "outputTokens");
    String prefixField = field + "sharedPrefixTokens";
    int prefix = (int) problems.within(spec.sharedPrefixTokens(), 0, PREFIX, prefixField);
    if (prefix >= input.min() && problems.noneIn(field + "inputTokens")) {
      problems.add(
          prefixField,
          prefix + " must be less than the shortest prompt has: " + input.min() + " (inputTokens)");
    }
    if (spec.sharedPrefixGroups() != null && spec.sharedPrefixTokens() == null) {
      problems.add(field + "sharedPrefixGroups", "goes with sharedPrefixTokens");
    }
    int groups =
        (int) problems.within(spec.sharedPrefixGroups(), 1, GROUPS, field + "sharedPrefixGroups");
    return new Source(
        new Content.Synthetic(input, output, prefix, groups), Optional.empty(), Optional.empty());
  }

  private Optional<Source> preset(String name) {
    Optional<Preset> preset = Preset.named(name);
    if (preset.isEmpty()) {
      problems.oneOf(name, Preset.titles(), FIELD + ".preset");
    }
    return preset.map(is -> new Source(is.synthetic(), Optional.empty(), preset));
  }

  private Source dataset(WorkloadSpec.DatasetSpec spec) {
    String field = FIELD + ".dataset";
    DataFile file = file(spec.configMap(), spec.persistentVolumeClaim(), field);
    JsonNode output = spec.outputTokens();
    Optional<Distribution> forced =
        StageParser.isThere(output)
            ? Optional.of(distributions.tokens(output, field + ".outputTokens"))
            : Optional.empty();
    String format = format(spec.format(), DATASETS, field);
    return new Source(
        new Content.Dataset(file.path(), format, forced), Optional.of(file), Optional.empty());
  }

  private Source trace(WorkloadSpec.TraceSpec spec) {
    String field = FIELD + ".trace";
    DataFile file = file(spec.configMap(), spec.persistentVolumeClaim(), field);
    String format = format(spec.format(), TRACES, field);
    return new Source(new Content.Trace(file.path(), format), Optional.of(file), Optional.empty());
  }

  private String format(@Nullable String text, List<String> formats, String field) {
    if (text == null) {
      problems.add(field + ".format", "is missing: " + formats);
    }
    return problems.oneOf(text, formats, field + ".format");
  }

  private DataFile file(
      TargetSpec.@Nullable KeyRefSpec configMap,
      WorkloadSpec.@Nullable ClaimSpec claim,
      String field) {
    if ((configMap == null) == (claim == null)) {
      problems.add(field, "exactly one of configMap and persistentVolumeClaim must be set");
    }
    if (claim != null) {
      String at = field + ".persistentVolumeClaim.";
      return new DataFile.ClaimPath(
          text(claim.claimName(), Syntax.OBJECT_NAME, at + "claimName"),
          text(claim.path(), Syntax.FILE_PATH, at + "path"));
    }
    String at = field + ".configMap.";
    if (configMap == null) {
      return new DataFile.ConfigMapKey("missing", "missing");
    }
    String key = text(configMap.key(), Syntax.DATA_KEY, at + "key");
    if (key.startsWith("..") || key.equals(".")) {
      problems.add(at + "key", Problems.quoted(key) + " is no key of a ConfigMap");
    }
    return new DataFile.ConfigMapKey(text(configMap.name(), Syntax.OBJECT_NAME, at + "name"), key);
  }

  private String text(@Nullable String text, Syntax syntax, String field) {
    syntax.check(text, field, problems);
    return problems.required(text, field, "missing");
  }

  private Turns turns(WorkloadSpec.TurnsSpec spec) {
    String field = FIELD + ".turns.";
    JsonNode input = spec.inputTokens();
    return new Turns(
        distributions.turns(spec.count(), field + "count"),
        StageParser.isThere(input)
            ? Optional.of(distributions.tokens(input, field + "inputTokens"))
            : Optional.empty(),
        distributions.pause(spec.thinkTime(), field + "thinkTime"));
  }
}
