package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedMessageTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1023, 1024})
  void leavesAMessageThatFitsAsItIs(int length) {
    assertThat(Conditions.bounded("m".repeat(length))).isEqualTo("m".repeat(length));
    assertThat(Conditions.bounded("ü".repeat(length / 2))).isEqualTo("ü".repeat(length / 2));
  }

  @Test
  void cutsByBytesAndSaysSo() {
    assertThat(Conditions.bounded("m".repeat(1025))).isEqualTo("m".repeat(1021) + "…");
    assertThat(Conditions.bounded("ü".repeat(513))).isEqualTo("ü".repeat(510) + "…");
    assertThat(Conditions.bounded("漢".repeat(5000))).isEqualTo("漢".repeat(340) + "…");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void neverSplitsACharacter(int before) {
    String cut = Conditions.bounded("m".repeat(before) + "🎉".repeat(1000));
    assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1021, 1024);
    assertThat(cut).matches("m{%d}(🎉)+…".formatted(before));
  }

  @Test
  void makesHalfACharacterAQuestionMark() {
    assertThat(Conditions.bounded("a\uD83C")).isEqualTo("a?");
    assertThat(Conditions.bounded("\uDF89b")).isEqualTo("?b");
  }

  @Test
  void boundsTheMessageOfEveryCondition() {
    String message =
        new Conditions<>(TestCondition.class, List.of(), 1, Instant.EPOCH)
            .no(TestCondition.Ready, "InvalidSpec", "ü".repeat(4000))
            .list()
            .getFirst()
            .getMessage();
    assertThat(message).isEqualTo("ü".repeat(510) + "…");
  }
}
