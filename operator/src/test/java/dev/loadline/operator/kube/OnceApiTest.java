package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a test without schedule runs its one run, and when it does not. */
class OnceApiTest {

  @Test
  void startsNothingWhenTheScheduleIsRemovedBeforeItsFirstRun() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"0 2 1 1 *\"");
      awaitReady(cluster, "True/Scheduled");
      change(cluster, spec -> spec.remove("schedule"));
      awaitReady(cluster, "True/Manual");
      change(cluster, spec -> spec.put("suspend", true));
      awaitReady(cluster, "True/Suspended");
      change(cluster, spec -> spec.put("suspend", false));
      awaitReady(cluster, "True/Manual");
      assertThat(cluster.runs()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"suspended", "unusable"})
  void remembersThatAScheduleWasFollowedThroughWhatComesBetween(String between) {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"0 2 1 1 *\"");
      awaitReady(cluster, "True/Scheduled");
      if (between.equals("suspended")) {
        change(cluster, spec -> spec.put("suspend", true));
        awaitReady(cluster, "True/Suspended");
      } else {
        change(cluster, spec -> spec.put("timeZone", "Mars/Base"));
        awaitReady(cluster, "False/UnknownTimeZone");
      }
      change(cluster, spec -> spec.remove("schedule"));
      change(cluster, spec -> spec.put("suspend", false).put("timeZone", "Etc/UTC"));
      awaitReady(cluster, "True/Manual");
      assertThat(cluster.runs()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "suspend: true | True/Suspended",
        "timeZone: Mars/Base | False/UnknownTimeZone",
        "schedule: '61 * * * *' | False/InvalidSchedule"
      })
  void runsOnceAsSoonAsItCanForTheFirstTime(String before, String ready) {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", before);
      awaitReady(cluster, ready);
      change(cluster, spec -> spec.put("failedRunsHistoryLimit", 7));
      cluster.awaitTest("chat", is -> is.getStatus().observedGeneration() == 2);
      assertThat(cluster.runs()).isEmpty();
      change(
          cluster,
          spec -> {
            spec.put("suspend", false).put("timeZone", "Etc/UTC");
            spec.remove("schedule");
          });
      LoadTestRun run = cluster.awaitRun(is -> true);
      assertThat(run.getSpec().trigger()).isEqualTo("Once");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 422})
  void namesWhyARunCannotBeCreatedAndGoesOnTrying(int code) {
    try (LocalCluster cluster = new LocalCluster()) {
      String message = "exceeded quota: runs, used: count/loadtestruns=1";
      cluster
          .server
          .faults()
          .inject(
              call -> call.verb().equals("create") && call.resource().equals("loadtestruns"),
              1,
              new Fault.Answer(code, message, Optional.empty()));
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.startOperator();
      LoadTest test = awaitReady(cluster, "False/ReconcileError");
      assertThat(LocalCluster.condition(test.getStatus().conditions(), "Ready").getMessage())
          .isEqualTo(
              "the API server refuses to create chat-a7937b64: "
                  + message
                  + "; tried again every 30 s");
      assertThat(cluster.events("LoadTest")).contains("RunRefused");
      change(cluster, spec -> spec.put("failedRunsHistoryLimit", 7));
      cluster.awaitRun(is -> true);
      awaitReady(cluster, "True/Manual");
    }
  }

  private static LoadTest awaitReady(LocalCluster cluster, String ready) {
    return cluster.awaitTest(
        "chat",
        is ->
            LocalCluster.shown(is.getStatus().conditions(), TestCondition.Ready).equals(ready)
                && is.getStatus().observedGeneration().equals(is.getMetadata().getGeneration()));
  }

  private static void change(LocalCluster cluster, Consumer<ObjectNode> change) {
    cluster.changeTest(
        "chat",
        test -> {
          change.accept(test.withObject("/spec"));
          return test;
        });
  }
}
