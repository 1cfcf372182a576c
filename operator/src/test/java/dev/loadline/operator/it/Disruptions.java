package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.it.FailureRow.Scene;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What is done to a runner from outside, each with the instant at which it was. */
final class Disruptions {
  private static final String SEAT = "loadline.dev/seat";
  private static final String URGENT = "loadline-it-urgent";

  private Disruptions() {}

  static Instant evict(Scene scene) {
    return evict(scene, scene.sending());
  }

  static Instant evictTwice(Scene scene) {
    Instant first = evict(scene, scene.running(1));
    evict(scene, scene.running(2));
    return first;
  }

  private static Instant evict(Scene scene, Pod pod) {
    Instant now = Instant.now();
    assertThat(scene.cluster().client.pods().resource(pod).evict()).isTrue();
    return now;
  }

  /** As {@code kubectl drain} does, of this pod alone. */
  static Instant drain(Scene scene) {
    Pod pod = scene.running(1);
    node(scene, node -> node.editSpec().withUnschedulable(true).endSpec());
    try {
      return evict(scene, pod);
    } finally {
      node(scene, node -> node.editSpec().withUnschedulable(null).endSpec());
    }
  }

  /** Until the pod is told to go; everything else here tolerates the taint. */
  static Instant taint(Scene scene) {
    Pod pod = scene.running(1);
    Taint taint = new Taint("NoExecute", TroubledCluster.TAINT, null, "true");
    Instant now = Instant.now();
    node(scene, node -> node.editSpec().addToTaints(taint).endSpec());
    try {
      await("the pod is told to go")
          .atMost(TroubledCluster.READY)
          .until(() -> {
            Pod is = scene.cluster().client.pods().resource(pod).get();
            return is == null || is.getMetadata().getDeletionTimestamp() != null;
          });
    } finally {
      node(
          scene,
          node ->
              node.editSpec()
                  .removeMatchingFromTaints(is -> is.getKey().equals(TroubledCluster.TAINT))
                  .endSpec());
    }
    return now;
  }

  private static void node(Scene scene, UnaryOperator<NodeBuilder> change) {
    scene
        .cluster()
        .client
        .nodes()
        .withName(scene.cluster().node())
        .edit(node -> change.apply(new NodeBuilder(node)).build());
  }

  /** The node has one seat of a made-up kind; the run takes it, and a pod of higher priority. */
  static Instant preempt(Scene scene) throws IOException {
    KubernetesClient client = scene.cluster().client;
    seats(client, scene.cluster().node());
    client
        .resource(
            new PriorityClassBuilder()
                .withNewMetadata()
                .withName(URGENT)
                .endMetadata()
                .withValue(1000)
                .build())
        .serverSideApply();
    try {
      scene.running(1);
      Instant now = Instant.now();
      scene
          .cluster()
          .namespace(TroubledCluster.MAIN)
          .apply(Files.readString(TestRuns.RESOURCES.resolve("preemptor.yaml")));
      return now;
    } finally {
      client.scheduling().v1().priorityClasses().withName(URGENT).delete();
    }
  }

  private static void seats(KubernetesClient client, String node) {
    status(
        client,
        node,
        status -> {
          status.getCapacity().put(SEAT, new Quantity("1"));
          status.getAllocatable().put(SEAT, new Quantity("1"));
        });
  }

  /** The node is as it was. */
  static void removeSeats(KubernetesClient client, String node) {
    status(
        client,
        node,
        status -> {
          status.getCapacity().remove(SEAT);
          status.getAllocatable().remove(SEAT);
        });
  }

  private static void status(KubernetesClient client, String node, Consumer<NodeStatus> change) {
    client
        .nodes()
        .withName(node)
        .editStatus(is -> {
          Node changed = new NodeBuilder(is).build();
          change.accept(changed.getStatus());
          return changed;
        });
  }

  static Instant deleteEarly(Scene scene) {
    return delete(scene, scene.running(1));
  }

  static Instant delete(Scene scene) {
    return delete(scene, scene.sending());
  }

  private static Instant delete(Scene scene, Pod pod) {
    Instant now = Instant.now();
    scene.cluster().client.pods().resource(pod).delete();
    return now;
  }

  static Instant deleteByForce(Scene scene) {
    Pod pod = scene.sending();
    Instant now = Instant.now();
    scene.cluster().client.pods().resource(pod).withGracePeriod(0).delete();
    return now;
  }

  static Instant deleteJobEarly(Scene scene) {
    scene.running(1);
    return deleteJobs(scene);
  }

  static Instant deleteJob(Scene scene) {
    scene.sending();
    return deleteJobs(scene);
  }

  private static Instant deleteJobs(Scene scene) {
    Instant now = Instant.now();
    scene.runs().jobs(scene.run()).forEach(job -> scene.cluster().client.resource(job).delete());
    return now;
  }

  static Instant stopEarly(Scene scene) {
    scene.running(1);
    return tell(scene);
  }

  static Instant stop(Scene scene) {
    scene.sending();
    return tell(scene);
  }

  private static Instant tell(Scene scene) {
    Instant now = Instant.now();
    LoadTestRun run = scene.runs().find(scene.run()).orElseThrow();
    scene
        .cluster()
        .client
        .resource(run)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"desiredState\":\"Stopped\"}}");
    return now;
  }
}
