package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.plan.DataFile;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is wrong with the datasets and traces that are at hand. The load runner itself reads them,
 * in a process of its own, as it would before a load.
 */
final class WorkloadCheck {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int PROBLEMS = 64;

  private final List<Manifest> manifests;
  private final Map<String, Path> claims;

  /**
   * Looks for files among these.
   *
   * @param claims folders that stand for claims, by their names
   */
  WorkloadCheck(List<Manifest> manifests, Map<String, Path> claims) {
    this.manifests = List.copyOf(manifests);
    this.claims = Map.copyOf(claims);
  }

  /**
   * Sentences that begin with the field; none if the test has no file or it is not at hand.
   *
   * @param test with defaults, and nothing else wrong with it
   */
  List<String> problems(Manifest test) {
    LoadTestSpec spec = JSON.convertValue(test.testSpec(), LoadTestSpec.class);
    return TestPlan.parse(spec, test.namespace()) instanceof TestPlan.Parsed.Valid valid
        ? valid.plan().workload().file().stream()
            .flatMap(file -> problems(test, valid.plan(), file).stream())
            .toList()
        : List.of();
  }

  private List<String> problems(Manifest test, TestPlan plan, DataFile file) {
    LocalFolder folder = new LocalFolder();
    try (CloseOnSignal _ = CloseOnSignal.of(folder::delete)) {
      folder.create();
      return data(test, file, folder).map(data -> read(test, plan, data, folder)).orElse(List.of());
    } finally {
      folder.delete();
    }
  }

  /** The folder with the file in it. */
  private Optional<Path> data(Manifest test, DataFile file, LocalFolder folder) {
    return switch (file) {
      case DataFile.ClaimPath claim -> Optional.ofNullable(claims.get(claim.claimName()));
      case DataFile.ConfigMapKey key ->
          manifests.stream()
              .filter(one -> one.kind().equals("ConfigMap") && one.name().equals(key.name()))
              .filter(one -> one.namespace().equals(test.namespace()))
              .findFirst()
              .flatMap(configMap -> content(configMap, key.key()))
              .map(content -> {
                Path data = folder.path().resolve("data");
                PodVolumes.write(data, key.path(), content);
                return data;
              });
    };
  }

  private static Optional<byte[]> content(Manifest configMap, String key) {
    try {
      return PodVolumes.content(configMap.object(), key);
    } catch (IllegalArgumentException noBase64) {
      // That is said of the ConfigMap itself.
      return Optional.empty();
    }
  }

  private static List<String> read(Manifest test, TestPlan plan, Path data, LocalFolder folder) {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    String source = plan.workload().source().orElse("");
    Map<String, String> environment =
        Map.of(
            Environment.PLAN,
            ContractJson.write(plan.runPlan(test.name() + "-check", "check")),
            Environment.DATA,
            data.toString(),
            Environment.DATA_SOURCE,
            test.testPath() + source.substring("spec".length()),
            Environment.LOG_LEVEL,
            "OFF");
    Path log = folder.path().resolve("check.log");
    try (ChildProcess runner = ChildProcess.start(List.of("check"), environment, log, lines::add)) {
      int code = runner.await();
      if (code != 0 && code != PROBLEMS) {
        throw new IllegalStateException(
            "the load runner could not read the file of %s: it ended with exit code %d"
                .formatted(test.title(), code));
      }
      return code == 0 ? List.of() : List.copyOf(lines);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the load runner was reading", stopped);
    }
  }
}
