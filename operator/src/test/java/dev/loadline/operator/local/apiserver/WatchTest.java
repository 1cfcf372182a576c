package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.local.apiserver.Faults.Fault;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ServerFixture fixture = new ServerFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  private ConfigMap created(String name) {
    return fixture.client.resource(ServerFixture.configMap(name)).create();
  }

  @Test
  void watchersSeeObjectsEnterAndLeaveTheirSelection() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Watch watch = fixture.client.configMaps().withLabel("on").watch(watcher(seen))) {
      assertThat(watch).isNotNull();
      created("settings");
      label("on");
      label("off");
      fixture.client.configMaps().withName("settings").delete();
      created("other");
      ConfigMap last = ServerFixture.configMap("last");
      last.getMetadata().setLabels(java.util.Map.of("on", ""));
      fixture.client.resource(last).create();
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(seen).containsExactly("ADDED settings", "DELETED settings", "ADDED last"));
    }
  }

  @Test
  void anObjectOfManyBytesBeyondAsciiReachesItsWatchersWhole() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Watch watch = fixture.client.configMaps().watch(watcher(seen))) {
      assertThat(watch).isNotNull();
      ConfigMap large = ServerFixture.configMap("large");
      large.setData(java.util.Map.of("text", "é≥".repeat(5_000)));
      fixture.client.resource(large).create();
      created("after");
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(seen).containsExactly("ADDED large", "ADDED after"));
    }
  }

  private void label(String label) {
    fixture
        .client
        .configMaps()
        .withName("settings")
        .edit(map -> {
          map.getMetadata().setLabels(java.util.Map.of(label, ""));
          return map;
        });
  }

  private static Watcher<ConfigMap> watcher(List<String> seen) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap map) {
        seen.add(action + " " + map.getMetadata().getName());
      }

      @Override
      public void onClose(WatcherException cause) {
        seen.add("closed " + cause.isHttpGone());
      }
    };
  }

  @Test
  void saysGoneToAWatchFromAForgottenVersion() {
    ConfigMap old = created("settings");
    created("other");
    fixture.server.faults().forgetHistory();
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Watch watch =
        fixture
            .client
            .configMaps()
            .watch(
                new io.fabric8.kubernetes.api.model.ListOptionsBuilder()
                    .withResourceVersion(old.getMetadata().getResourceVersion())
                    .build(),
                watcher(seen))) {
      assertThat(watch).isNotNull();
      await().atMost(LIMIT).untilAsserted(() -> assertThat(seen).containsExactly("closed true"));
    }
  }

  @Test
  void informersRecoverFromCutWatchesAndForgottenVersions() {
    try (SharedIndexInformer<ConfigMap> informer =
        fixture.client.configMaps().inAnyNamespace().inform()) {
      created("one");
      await().atMost(LIMIT).until(() -> informer.getStore().list().size() == 1);
      fixture.server.faults().cutWatches();
      created("two");
      await().atMost(LIMIT).until(() -> informer.getStore().list().size() == 2);
      fixture
          .server
          .faults()
          .inject(
              call -> call.verb().equals("watch"),
              1,
              new Fault.Before(() -> {
                created("three");
                fixture.server.faults().forgetHistory();
              }));
      fixture.server.faults().cutWatches();
      await().atMost(LIMIT).until(() -> informer.getStore().list().size() == 3);
    }
  }
}
