package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** One execution of a test: immutable, with its results and its verdict. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind(Api.LOAD_TEST_RUN)
@Plural("loadtestruns")
@Singular("loadtestrun")
@ShortNames("ltr")
@AdditionalPrinterColumn(name = "Test", jsonPath = ".spec.loadTest")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Verdict", jsonPath = ".status.verdict")
@AdditionalPrinterColumn(name = "Reqs", jsonPath = ".status.summary.requests")
@AdditionalPrinterColumn(name = "Err", jsonPath = ".status.summary.errorRate")
@AdditionalPrinterColumn(name = "TTFT-P50", jsonPath = ".status.summary.ttftP50")
@AdditionalPrinterColumn(name = "TTFT-P95", jsonPath = ".status.summary.ttftP95")
@AdditionalPrinterColumn(name = "TPS", jsonPath = ".status.summary.outputTokensPerSecond")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.verdictReason")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Admitted",
    jsonPath = ".status.conditions[?(@.type=='Admitted')].reason",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Runners",
    jsonPath = ".status.conditions[?(@.type=='RunnersReady')].reason",
    priority = 1)
@AdditionalPrinterColumn(name = "Limit", jsonPath = ".status.spent.limitReached", priority = 1)
@AdditionalPrinterColumn(name = "Failure", jsonPath = ".status.failure.message", priority = 1)
@ValidationRule(
    value = "self.metadata.name.size() <= 57",
    message =
        "metadata.name has at most 57 characters: Jobs get the name with a suffix, and Kubernetes"
            + " allows 63")
@ValidationRule(
    value = "!self.metadata.name.contains('.')",
    message =
        "metadata.name has no dots: the Jobs of a run get its name, and their pods' hostname is a"
            + " DNS label")
public class LoadTestRun extends CustomResource<LoadTestRunSpec, LoadTestRunStatus>
    implements Namespaced, Stored {
  private static final long serialVersionUID = 1L;

  private transient List<Unreadable> unreadable = List.of();

  /** A run as the API server has it, whatever is in it. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LoadTestRun stored(ObjectNode json) {
    StoredObject object = new StoredObject(json);
    LoadTestRun stored = new LoadTestRun();
    stored.setMetadata(object.metadata());
    stored.setSpec(object.spec(LoadTestRunSpec.class));
    stored.setStatus(object.status(LoadTestRunStatus.class));
    stored.unreadable = object.unreadable();
    return stored;
  }

  @Override
  public List<Unreadable> unreadable() {
    return unreadable;
  }

  /**
   * Whether the run was missed: it ended without having begun, since its target or the operator was
   * not there in time. Such a run is no result of its test.
   */
  public static boolean missed(LoadTestRun run) {
    LoadTestRunStatus status = run.getStatus();
    return status != null
        && status.completionTime() != null
        && status.failure() != null
        && Api.MISSED_RUN.contains(status.failure().reason());
  }
}
