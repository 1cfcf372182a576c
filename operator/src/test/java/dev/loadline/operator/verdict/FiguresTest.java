package dev.loadline.operator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "1, 0.001ms",
    "400, 0.4ms",
    "999, 0.999ms",
    "20080, 20.1ms",
    "200960, 201ms",
    "214000, 214ms",
    "999499, 999ms",
    "999500, 1s",
    "1000000, 1s",
    "1520000, 1.52s",
    "1525000, 1.53s",
    "61250000, 61.3s",
    "3600000000, 3600s",
  })
  void writesDurationsWithThreeDigits(long micros, String text) {
    assertThat(Figures.duration(micros)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "780.8, 781",
    "12.2, 12.2",
    "12.25, 12.3",
    "0.04512, 0.0451",
    "123456.7, 123457",
    "100, 100",
  })
  void writesRatesWithoutRoundingAWholeDigit(BigDecimal rate, String text) {
    assertThat(Figures.rate(rate)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0%",
    "0.0000001, 0.00001%",
    "0.0125, 1.25%",
    "0.01, 1%",
    "0.5, 50%",
    "0.9994, 99.9%",
    "0.9996, 99.96%",
    "0.99999, 99.999%",
    "1, 100%",
  })
  void callsOnlyNothingNothingAndOnlyAllAll(BigDecimal share, String text) {
    assertThat(Figures.share(share)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "12.2, 12.2",
    "12.2049, 12.2",
    "780.84, 780.8",
    "2342.44, 2342.4",
    "123456.78, 123456.8",
    "0.00123456, 0.001235",
    "1E+3, 1000",
  })
  void writesDecimalsForPrograms(BigDecimal value, String text) {
    assertThat(Figures.decimal(value)).isEqualTo(text);
  }

  @Test
  void neverWritesAnExponent() {
    assertThat(Figures.rate(new BigDecimal("1E+9"))).isEqualTo("1000000000");
    assertThat(Figures.share(new BigDecimal("1E-9"))).isEqualTo("0.0000001%");
  }

  @Test
  void oneUserIsNoPlural() {
    assertThat(Figures.users(1)).isEqualTo("1 user");
    assertThat(Figures.users(16)).isEqualTo("16 users");
  }
}
