package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.StageResult.Length;
import org.junit.jupiter.api.Test;

class LengthHistogramTest {
  @Test
  void mergedLengthsAreThoseOfOneHistogram() {
    LengthHistogram one = new LengthHistogram();
    LengthHistogram other = new LengthHistogram();
    for (int i = 1; i <= 1000; i++) {
      (i <= 400 ? one : other).record(i);
    }
    one.add(other);

    assertThat(one.length()).contains(new Length(1000, 500.5, 1, 500, 900, 990, 1000));
  }

  @Test
  void nothingIsKnownOfNoLength() {
    LengthHistogram none = new LengthHistogram();
    none.add(new LengthHistogram());

    assertThat(none.length()).isEmpty();
  }
}
