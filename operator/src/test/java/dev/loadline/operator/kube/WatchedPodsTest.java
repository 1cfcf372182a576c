package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class WatchedPodsTest {
  private final WatchedPods pods = new WatchedPods();

  @Test
  void aPodIsPresentUntilSomebodyTellsThatItIsGone() {
    pods.seen(pod("p1", "job", "Pending"));
    pods.seen(pod("p1", "job", "Running"));
    pods.seen(pod("p2", "other", "Running"));
    assertThat(pods.present("job")).containsExactly(pod("p1", "job", "Running"));
    pods.gone(pod("p1", "job", "Failed"));
    assertThat(pods.present("job")).isEmpty();
    assertThat(pods.gone("job")).containsExactly(pod("p1", "job", "Failed"));
    assertThat(pods.present("other")).hasSize(1);
  }

  @Test
  void keepsTheLatestOfThoseThatAreGone() {
    for (int i = 0; i < 300; i++) {
      pods.gone(pod("p" + i, "job" + i, "Failed"));
    }
    assertThat(pods.gone("job99")).isEmpty();
    assertThat(pods.gone("job100")).hasSize(1);
  }

  private static Pod pod(String uid, String job, String phase) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid(uid)
        .addNewOwnerReference()
        .withKind("Job")
        .withController(true)
        .withUid(job)
        .endOwnerReference()
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }
}
