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

/** What to measure, when, and how much of it to keep. Written by the user. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind(Api.LOAD_TEST)
@Plural("loadtests")
@Singular("loadtest")
@ShortNames("lt")
@AdditionalPrinterColumn(name = "Schedule", jsonPath = ".spec.schedule")
@AdditionalPrinterColumn(
    name = "Suspend",
    jsonPath = ".spec.suspend",
    type = AdditionalPrinterColumn.Type.BOOLEAN)
@AdditionalPrinterColumn(
    name = "Last Run",
    jsonPath = ".status.lastRun.completionTime",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Verdict", jsonPath = ".status.lastRun.verdict")
@AdditionalPrinterColumn(name = "TTFT-P95", jsonPath = ".status.lastRun.ttft")
@AdditionalPrinterColumn(name = "TPOT-P95", jsonPath = ".status.lastRun.tpot")
@AdditionalPrinterColumn(name = "TPS", jsonPath = ".status.lastRun.outputTokensPerSecond")
@AdditionalPrinterColumn(name = "Next", jsonPath = ".status.nextScheduleTime")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Missed",
    jsonPath = ".status.missedRuns",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(name = "Last Missed", jsonPath = ".status.lastMissedReason", priority = 1)
@ValidationRule(
    value = "self.metadata.name.size() <= 40",
    message =
        "metadata.name has at most 40 characters: runs and Jobs get the name with a suffix, and"
            + " Kubernetes allows 63")
@ValidationRule(
    value = "!self.metadata.name.contains('.')",
    message =
        "metadata.name has no dots: the Jobs of a run get its name, and their pods' hostname is a"
            + " DNS label")
public class LoadTest extends CustomResource<LoadTestSpec, LoadTestStatus>
    implements Namespaced, Stored {
  private static final long serialVersionUID = 1L;

  private transient List<Unreadable> unreadable = List.of();

  /** A test as the API server has it, whatever is in it. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LoadTest stored(ObjectNode json) {
    StoredObject object = new StoredObject(json);
    LoadTest stored = new LoadTest();
    stored.setMetadata(object.metadata());
    stored.setSpec(object.spec(LoadTestSpec.class));
    stored.setStatus(object.status(LoadTestStatus.class));
    stored.unreadable = object.unreadable();
    return stored;
  }

  @Override
  public List<Unreadable> unreadable() {
    return unreadable;
  }
}
