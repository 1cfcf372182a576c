package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.operator.local.apiserver.Faults;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two operators and one lease, turn by turn: no thread and no clock of the machine's takes part.
 */
class LeadershipTest {
  private static final String LEASE = "loadline";

  private final LocalApiServer server = LocalApiServer.start(InstantSource.system());
  private final KubernetesClient admin = server.client();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(admin, server));

  /**
   * The monotonic clock that both share; each node's wall clock is ahead of it by its own error.
   */
  private Duration passed = Duration.ZERO;

  private final Node first = new Node("first", Duration.ZERO);
  private final Node second = new Node("second", Duration.ofHours(-3));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  /** One operator, its clients and what became of it. */
  private final class Node implements Leadership.Duties {
    final Leadership leadership;
    final KubernetesClient fenced;
    Duration wallError;
    int begun;
    final List<String> lost = new ArrayList<>();

    Node(String name, Duration wallError) {
      this.wallError = wallError;
      KubernetesClient plain = client().build();
      leadership =
          new Leadership(
              plain,
              new Leadership.Settings("default", LEASE, name),
              () -> Instant.EPOCH.plus(passed).plus(this.wallError),
              () -> passed.toNanos());
      fenced =
          client()
              .withHttpClientBuilderConsumer(
                  http -> http.addOrReplaceInterceptor("fence", leadership.fence()))
              .build();
      open.addFirst(plain);
      open.addFirst(fenced);
    }

    private KubernetesClientBuilder client() {
      return new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(admin.getConfiguration()).withRequestRetryBackoffLimit(0).build());
    }

    Duration turn() {
      return leadership.turn(this);
    }

    boolean writes(String name) {
      try {
        fenced.resource(configMap(name)).create();
        return true;
      } catch (KubernetesClientException refused) {
        assertThat(refused).hasMessageContaining("does not hold the lease: POST /api/v1/");
        return false;
      }
    }

    @Override
    public void begin() {
      begun++;
    }

    @Override
    public void lost(String why) {
      lost.add(why);
    }
  }

  private static ConfigMap configMap(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .build();
  }

  private Lease lease() {
    return admin.leases().inNamespace("default").withName(LEASE).get();
  }

  private void pass(Duration time) {
    passed = passed.plus(time);
  }

  private List<String> written() {
    return admin.configMaps().inNamespace("default").list().getItems().stream()
        .map(map -> map.getMetadata().getName())
        .toList();
  }

  @Test
  void oneLeadsAndTheOtherStandsByForAsLongAsTheLeaseIsRenewed() {
    assertThat(first.turn()).isEqualTo(Leadership.RENEW_PERIOD);
    for (int i = 0; i < 30; i++) {
      assertThat(second.turn()).isEqualTo(Leadership.RETRY_PERIOD);
      pass(Leadership.RENEW_PERIOD);
      first.turn();
    }

    assertThat(first.begun).isEqualTo(1);
    assertThat(second.begun).isZero();
    assertThat(first.leadership.leads()).isTrue();
    assertThat(first.leadership.standsBy()).isFalse();
    assertThat(second.leadership.leads()).isFalse();
    assertThat(second.leadership.standsBy()).isTrue();
    assertThat(first.writes("by-first")).isTrue();
    assertThat(second.writes("by-second")).isFalse();
    assertThat(written()).containsExactly("by-first");
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("first");
    assertThat(lease().getSpec().getLeaseDurationSeconds()).isEqualTo(11);
  }

  /** The standby's clock is three hours behind and then far ahead: neither matters. */
  @Test
  void aDeadLeaderIsFollowedWhenItsLeaseHasNotChangedForItsDuration() {
    first.turn();
    second.turn();
    second.wallError = Duration.ofDays(1);
    pass(Leadership.LEASE_DURATION.minusMillis(1));
    second.turn();
    assertThat(second.leadership.standsBy()).isTrue();

    pass(Duration.ofMillis(1));
    second.turn();

    assertThat(second.leadership.leads()).isTrue();
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("second");
    assertThat(lease().getSpec().getLeaseTransitions()).isEqualTo(1);
  }

  /** Stopped past the lease at any point, it goes on with whatever its threads were about to do. */
  @Test
  void aLeaderThatWasPausedWritesNothingWhenItWakesAndEnds() {
    first.turn();
    second.turn();
    pass(Leadership.LEASE_DURATION);
    second.turn();
    assertThat(second.writes("by-second")).isTrue();

    assertThat(first.leadership.leads()).isFalse();
    assertThat(first.writes("before-it-looked")).isFalse();
    first.turn();
    assertThat(first.writes("after-it-looked")).isFalse();

    assertThat(first.lost).containsExactly("the lease is held by second");
    assertThat(written()).containsExactly("by-second");
  }

  @Test
  void fenceClosesAtTheRenewDeadlineLongBeforeAnyoneElseMayLead() {
    first.turn();
    pass(Leadership.RENEW_DEADLINE.minusMillis(1));
    assertThat(first.writes("in-time")).isTrue();

    pass(Duration.ofMillis(1));

    assertThat(first.writes("late")).isFalse();
    assertThat(first.fenced.configMaps().inNamespace("default").list().getItems()).hasSize(1);
    assertThat(Leadership.LEASE_DURATION)
        .isGreaterThanOrEqualTo(Leadership.RENEW_DEADLINE.plus(Leadership.REQUEST_TIMEOUT));
  }

  /** A machine that slept: its monotonic clock stood still, its wall clock did not. */
  @Test
  void fenceClosesByTheWallClockToo() {
    first.turn();
    first.wallError = Leadership.RENEW_DEADLINE;
    assertThat(first.writes("asleep")).isFalse();

    first.turn();

    assertThat(first.lost).isEmpty();
    assertThat(first.writes("awake")).isTrue();
  }

  /** The renewal replaces the very version of the one before: nobody held the lease in between. */
  @Test
  void aLeaderThatWasPausedGoesOnIfNobodyHasTakenTheLease() {
    first.turn();
    pass(Duration.ofHours(1));
    assertThat(first.writes("unproved")).isFalse();

    first.turn();

    assertThat(first.lost).isEmpty();
    assertThat(first.begun).isEqualTo(1);
    assertThat(first.writes("proved")).isTrue();
  }

  @Test
  void outageShorterThanTheRenewDeadlineIsBorneAndALongerOneEndsTheLeader() {
    first.turn();
    server.faults().answer(call -> call.resource().equals("leases"), 9999, 500);
    pass(Leadership.RENEW_PERIOD);
    assertThat(first.turn()).isEqualTo(Leadership.RETRY_PERIOD);
    assertThat(first.leadership.leads()).isTrue();
    server.faults().clear();
    first.turn();

    server.faults().answer(call -> call.resource().equals("leases"), 9999, 500);
    pass(Leadership.RENEW_DEADLINE);
    first.turn();

    assertThat(first.lost).hasSize(1);
    assertThat(first.lost.getFirst())
        .isEqualTo("the lease could not be renewed for 8 s (injected by a test)");
    server.faults().clear();
    assertThat(first.writes("late")).isFalse();
  }

  @Test
  void renewalWhoseAnswerWasLostIsNoLoss() {
    first.turn();
    pass(Leadership.RENEW_PERIOD);
    server
        .faults()
        .inject(
            call -> call.resource().equals("leases") && call.writes(),
            1,
            new Faults.Fault.AnswerLost(500));
    first.turn();
    pass(Leadership.RETRY_PERIOD);

    first.turn();
    pass(Leadership.RENEW_DEADLINE.minusMillis(1));

    assertThat(first.leadership.leads()).isTrue();
    assertThat(first.lost).isEmpty();
  }

  /** Who died before is not known; the one that is there may have been taken a moment ago. */
  @Test
  void aFreshOperatorWaitsForALeaseThatItHasNotSeenGrowOld() {
    first.turn();
    pass(Duration.ofHours(1));

    second.turn();
    assertThat(second.leadership.standsBy()).isTrue();
    pass(Leadership.LEASE_DURATION);
    second.turn();

    assertThat(second.leadership.leads()).isTrue();
  }

  @Test
  void aLeaderThatIsStoppedGivesTheLeaseBackAndWritesNothingFromThenOn() {
    first.turn();
    second.turn();

    first.leadership.close();
    second.turn();

    assertThat(second.leadership.leads()).isTrue();
    assertThat(first.writes("stopped")).isFalse();
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("second");
  }

  @Test
  void whoHasLostTheLeaseOrNeverHadItDoesNotGiveItBack() {
    first.turn();
    second.turn();
    second.leadership.close();
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("first");

    Node third = new Node("third", Duration.ZERO);
    third.turn();
    pass(Leadership.LEASE_DURATION);
    third.turn();
    first.turn();
    first.leadership.close();

    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("third");
  }

  @Test
  void ofTwoThatReachForAFreeLeaseTheServerLetsOneHaveIt() {
    server
        .faults()
        .inject(
            call -> call.resource().equals("leases") && call.verb().equals("create"),
            1,
            new Faults.Fault.Before(second::turn));

    first.turn();

    assertThat(second.begun).isEqualTo(1);
    assertThat(first.begun).isZero();
    assertThat(first.leadership.standsBy()).isTrue();
  }

  @Test
  void ofTwoThatReachForAnExpiredLeaseTheServerLetsOneHaveIt() {
    new Node("dead", Duration.ZERO).turn();
    first.turn();
    second.turn();
    pass(Leadership.LEASE_DURATION);
    server
        .faults()
        .inject(
            call -> call.resource().equals("leases") && call.verb().equals("update"),
            1,
            new Faults.Fault.Before(second::turn));

    first.turn();

    assertThat(second.begun).isEqualTo(1);
    assertThat(first.begun).isZero();
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("second");
  }

  @Test
  void leaseThatSomebodyDeletedIsMadeAnew() {
    first.turn();
    admin.leases().inNamespace("default").withName(LEASE).delete();
    pass(Leadership.RENEW_PERIOD);

    first.turn();
    first.turn();

    assertThat(first.lost).isEmpty();
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("first");
  }

  @Test
  void asksTheServerForNothingButGetCreateAndUpdateOfItsLease() {
    first.turn();
    second.turn();
    first.turn();
    first.leadership.close();
    second.turn();

    assertThat(server.faults().calls())
        .allSatisfy(call -> assertThat(call.resource()).isEqualTo("leases"))
        .extracting(Faults.Call::verb)
        .containsOnly("get", "create", "update");
  }

  @Test
  void isStuckWhenNothingLooksAtTheLease() {
    first.turn();
    pass(Duration.ofSeconds(30));
    assertThat(first.leadership.stuck()).isEmpty();

    pass(Duration.ofSeconds(1));

    assertThat(first.leadership.stuck()).contains("nothing has looked at the lease for 31 s");
    first.turn();
    assertThat(first.leadership.stuck()).isEmpty();
  }

  @Test
  void fenceLetsReadsThroughAndStopsEveryKindOfWriteBeforeItIsSent() {
    admin.resource(configMap("there")).create();
    var there = first.fenced.configMaps().inNamespace("default").withName("there");
    long calls = server.faults().calls().stream().filter(Faults.Call::writes).count();

    assertThat(there.get()).isNotNull();
    assertThatThrownBy(there::delete).isInstanceOf(KubernetesClientException.class);
    assertThatThrownBy(() -> there.patch("{\"data\":{\"a\":\"b\"}}"))
        .isInstanceOf(KubernetesClientException.class);
    assertThatThrownBy(
            () -> there.edit(map -> new ConfigMapBuilder(map).addToData("a", "b").build()))
        .isInstanceOf(KubernetesClientException.class);
    assertThatThrownBy(() -> first.fenced.resource(configMap("there")).serverSideApply())
        .isInstanceOf(KubernetesClientException.class);

    assertThat(server.faults().calls().stream().filter(Faults.Call::writes)).hasSize((int) calls);
  }
}
