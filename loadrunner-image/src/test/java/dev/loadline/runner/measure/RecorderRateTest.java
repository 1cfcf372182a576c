package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What was sent within the window, beside what was due in it. */
class RecorderRateTest {
  @Test
  void theAchievedRateIsOfWhatWasSentInTheWindowWheneverItWasDue() {
    Scene scene = Scene.openLoop();
    scene.intended(990).sentAt(1_000).tokens(1_100).succeeds(1_100);
    scene.intended(1_500).sentAt(1_999.999).fails(2_100, ErrorClass.HTTP_5XX, "HTTP 500");
    scene.intended(1_600).sentAt(1_700).isCut(2_500);
    scene.intended(980).sentAt(999.999).tokens(1_100).succeeds(1_100);
    scene.intended(1_990).sentAt(2_000).tokens(2_100).succeeds(2_100);
    scene.intended(1_995).sentAt(2_400).isCut(2_500);
    assertThat(scene.result().inWindow().sent()).isEqualTo(3);
    assertThat(scene.result().requests().sent()).isEqualTo(4);
  }

  @Test
  void aServerThatIsSlowToAcceptConnectionsDoesNotLowerTheAchievedRate() {
    Scene scene = Scene.openLoop();
    scene.intended(1_900).connected(1_900, 2_100).sentAt(2_100).tokens(2_200).succeeds(2_200);
    scene.intended(1_900).connecting(1_900).fails(2_300, ErrorClass.CONNECT_TIMEOUT, "");
    scene.intended(1_900).connecting(1_900).fails(1_900, ErrorClass.CONNECT, "refused");
    scene.intended(1_900).connected(2_050, 2_051).sentAt(2_051).tokens(2_200).succeeds(2_200);
    assertThat(scene.result().inWindow().sent()).isEqualTo(3);
    assertThat(scene.result().requests().sent()).isEqualTo(4);
  }

  @Test
  void whatTheClientNeverSetOutToSendLowersTheAchievedRate() {
    Scene scene = Scene.openLoop();
    scene.intended(1_500).sentAt(1_500).tokens(1_600).succeeds(1_600);
    scene.intended(1_600).isCut(2_500);
    assertThat(scene.result().inWindow().sent()).isEqualTo(1);
    assertThat(scene.result().requests().sent()).isEqualTo(2);
    assertThat(scene.result().requests().cut()).isEqualTo(1);
  }
}
