package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "' 3 ', 3", "8, 8", "9, 8", "999999999, 8"})
  void waitsAsLongAsAskedButNoLongerThanARequestMayTake(String header, long seconds) {
    assertThat(RetryAfter.wait(Optional.of(header))).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "soon", "1.5", "Fri, 27 Nov 2026 10:00:00 GMT", "9999999999"})
  void waitsForNothingThatIsNoNumberOfSeconds(String header) {
    assertThat(RetryAfter.wait(Optional.of(header))).isEmpty();
  }

  @Test
  void waitsForNothingWhereNothingIsAsked() {
    assertThat(RetryAfter.wait(Optional.empty())).isEmpty();
  }
}
