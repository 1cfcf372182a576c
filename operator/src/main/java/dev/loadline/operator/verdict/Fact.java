package dev.loadline.operator.verdict;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was found beside what is allowed, both written with as many digits as tell them apart.
 *
 * @param observed what was found, in words
 * @param bound what is allowed, in words
 * @param kept whether it is within its bound
 * @param ofBound how near it came: 0 is far, 1 is at its bound, more is beyond
 */
record Fact(String observed, String bound, boolean kept, double ofBound) {
  /** Where the value stands in a sentence. */
  private static final String VALUE = "{}";

  /** At most so much; the bound's words are the number alone. */
  static Fact atMost(String sentence, BigDecimal value, BigDecimal most, Figures.Writing writing) {
    int digits = Figures.digitsApart(value, most, writing);
    return new Fact(
        sentence.replace(VALUE, writing.text(value, digits)),
        writing.text(most, digits),
        value.compareTo(most) <= 0,
        ratio(value, most));
  }

  /**
   * At least so much.
   *
   * @param aim what would be perfect, above the least
   */
  static Fact atLeast(String sentence, BigDecimal value, BigDecimal least, BigDecimal aim) {
    int digits = Figures.digitsApart(value, least, Figures::rate);
    return new Fact(
        sentence.replace(VALUE, Figures.rate(value, digits)),
        "at least " + Figures.rate(least, digits),
        value.compareTo(least) >= 0,
        ratio(aim.subtract(value), aim.subtract(least)));
  }

  /** Between two ends, both included. */
  static Fact within(String sentence, BigDecimal value, BigDecimal low, BigDecimal high) {
    int digits =
        Math.max(
            Figures.digitsApart(value, low, Figures::rate),
            Figures.digitsApart(value, high, Figures::rate));
    BigDecimal doubledHalf = high.subtract(low);
    BigDecimal doubledOff = value.add(value).subtract(low).subtract(high).abs();
    return new Fact(
        sentence.replace(VALUE, Figures.rate(value, digits)),
        Figures.rate(low, digits) + " to " + Figures.rate(high, digits),
        value.compareTo(low) >= 0 && value.compareTo(high) <= 0,
        ratio(doubledOff, doubledHalf));
  }

  /** The same with words before its bound. */
  Fact boundedBy(String words) {
    return new Fact(observed, words + " " + bound, kept, ofBound);
  }

  private static double ratio(BigDecimal part, BigDecimal whole) {
    if (whole.signum() <= 0) {
      return part.signum() <= 0 ? 0 : Double.MAX_VALUE;
    }
    return part.divide(whole, MathContext.DECIMAL64).doubleValue();
  }

  /** The one that comes nearest to its bound or breaks it most. */
  static Optional<Fact> worst(Stream<Fact> facts) {
    return facts.max(Comparator.comparingDouble(Fact::ofBound));
  }

  /** A check on at least one fact: all of them, or those that speak against the measurement. */
  static ValidityResult result(Check check, List<Fact> facts) {
    List<Fact> broken = facts.stream().filter(fact -> !fact.kept()).toList();
    List<Fact> shown = broken.isEmpty() ? facts : broken;
    return new ValidityResult(
        check,
        shown.stream().map(Fact::observed).collect(Collectors.joining(", ")),
        shown.stream().map(Fact::bound).collect(Collectors.joining(", ")),
        broken.isEmpty() ? CheckOutcome.Passed : CheckOutcome.Failed);
  }
}
