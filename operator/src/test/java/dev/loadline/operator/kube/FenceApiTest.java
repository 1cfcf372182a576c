package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.local.apiserver.Faults;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A leader that is stopped right before it sends a write, past its lease and into the work of its
 * successor, and then goes on; with its fence, and, to show that the test can fail, without.
 */
class FenceApiTest {
  /** In which a write that gets through is seen: it is sent at once, in the same process. */
  private static final Duration SEEN = Duration.ofSeconds(2);

  @Test
  void leaderThatWakesBesideItsSuccessorWritesNothing() throws Exception {
    assertThat(writesAfterWaking(true)).isEmpty();
  }

  @Test
  void withoutTheFenceItWouldWrite() throws Exception {
    assertThat(writesAfterWaking(false))
        .anySatisfy(call -> {
          assertThat(call.resource()).isEqualTo("loadtestruns");
          assertThat(call.verb()).isEqualTo("create");
        });
  }

  /** Stops whoever is about to write, as a signal stops a thread between the check and the send. */
  private static final class Pause implements Interceptor {
    private final CountDownLatch woken = new CountDownLatch(1);
    private final AtomicInteger stopped = new AtomicInteger();
    private volatile boolean pausing;

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (pausing && !request.method().equals("GET")) {
        stopped.incrementAndGet();
        try {
          woken.await();
        } catch (InterruptedException closing) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** Becomes of a leadership what the test makes of it by hand. */
  private static final class Nothing implements Leadership.Duties {
    @Override
    public void begin() {}

    @Override
    public void lost(String why) {}
  }

  private static List<Faults.Call> writesAfterWaking(boolean fenced) throws Exception {
    try (LocalCluster cluster = new LocalCluster();
        KubernetesClient admin = cluster.server.client()) {
      Leadership first = leadership(cluster, admin, "first");
      Leadership second = leadership(cluster, admin, "second");
      first.turn(new Nothing());
      second.turn(new Nothing());
      Pause pause = new Pause();
      cluster.interceptors.put("pause", pause);
      if (fenced) {
        cluster.interceptors.put("fence", first.fence());
      }
      cluster.startOperator();
      String old = cluster.operatorName();
      Instant due = scheduled(cluster, first);

      pause.pausing = true;
      cluster.pass(Duration.between(cluster.clock.instant(), due).plusSeconds(1));
      await("it is about to write").atMost(LocalCluster.LIMIT).until(() -> pause.stopped.get() > 0);
      second.turn(new Nothing());
      cluster.clock.advance(Leadership.LEASE_DURATION);
      second.turn(new Nothing());
      assertThat(second.leads()).isTrue();
      AutoCloseable former = cluster.leaveOperator();
      try {
        cluster.interceptors.clear();
        cluster.interceptors.put("fence", second.fence());
        cluster.startOperator();
        cluster.awaitRun(run -> run.getStatus().attempts() != null);
        int before = writes(cluster, old).size();

        pause.pausing = false;
        pause.woken.countDown();
        List<Faults.Call> late = seen(cluster, old, before, fenced);
        assertThat(cluster.runs()).hasSize(1);
        return late;
      } finally {
        pause.woken.countDown();
        former.close();
      }
    }
  }

  private static List<Faults.Call> seen(
      LocalCluster cluster, String old, int before, boolean fenced) {
    if (fenced) {
      await().pollDelay(SEEN).until(() -> true);
    } else {
      await("a late write")
          .atMost(LocalCluster.LIMIT)
          .until(() -> writes(cluster, old).size() > before);
    }
    List<Faults.Call> all = writes(cluster, old);
    return all.subList(before, all.size());
  }

  private static List<Faults.Call> writes(LocalCluster cluster, String client) {
    return cluster.server.faults().calls().stream()
        .filter(call -> call.client().equals(client) && call.writes())
        .toList();
  }

  /** Both of its clocks are the cluster's. */
  private static Leadership leadership(LocalCluster cluster, KubernetesClient client, String name) {
    return new Leadership(
        client,
        new Leadership.Settings("default", "loadline", name),
        cluster.clock,
        () -> Duration.between(Instant.EPOCH, cluster.clock.instant()).toNanos());
  }

  /** When the test is due, as the operator says; it keeps the lease until then. */
  private static Instant scheduled(LocalCluster cluster, Leadership leader) {
    cluster.createTest("chat", "schedule: \"0 * * * *\"\nstartingDeadline: 10m");
    return Instant.parse(
        cluster
            .awaitTest(
                "chat",
                test -> {
                  leader.turn(new Nothing());
                  return test.getStatus().nextScheduleTime() != null;
                })
            .getStatus()
            .nextScheduleTime());
  }
}
