package dev.loadline.operator.verdict;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * How figures are written in statuses, columns and messages: {@code 214ms}, {@code 1.52s}, {@code
 * 781}, {@code 0%}. Three significant digits for people, plain decimal strings for programs.
 */
public final class Figures {
  /** Significant digits for people. */
  static final int DIGITS = 3;

  private static final int MOST_DIGITS = 9;

  private static final BigDecimal MILLIS_PER_SECOND = BigDecimal.valueOf(1_000);
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private Figures() {}

  /** How one kind of figure is written. */
  @FunctionalInterface
  interface Writing {
    String text(BigDecimal value, int digits);
  }

  /** As many significant digits as it takes to tell two values apart, at least {@link #DIGITS}. */
  static int digitsApart(BigDecimal one, BigDecimal other, Writing writing) {
    int digits = DIGITS;
    while (digits < MOST_DIGITS
        && one.compareTo(other) != 0
        && writing.text(one, digits).equals(writing.text(other, digits))) {
      digits++;
    }
    return digits;
  }

  /** A duration in microseconds: {@code 0.4ms}, {@code 20.1ms}, {@code 1.52s}. */
  public static String duration(long micros) {
    return duration(BigDecimal.valueOf(micros), DIGITS);
  }

  static String duration(BigDecimal micros, int digits) {
    BigDecimal millis = significant(micros.movePointLeft(3), digits);
    return millis.compareTo(MILLIS_PER_SECOND) >= 0
        ? plain(significant(micros.movePointLeft(6), digits)) + "s"
        : plain(millis) + "ms";
  }

  /** A number per second: {@code 781}, {@code 12.2}; no digit before the point is rounded off. */
  public static String rate(BigDecimal perSecond) {
    return rate(perSecond, DIGITS);
  }

  static String rate(BigDecimal perSecond, int digits) {
    return plain(significant(perSecond, digits));
  }

  /**
   * A share from 0 to 1 as a percentage: {@code 0%}, {@code 1.25%}. Only nothing is 0% and only all
   * is 100%.
   */
  public static String share(BigDecimal share) {
    return share(share, DIGITS);
  }

  static String share(BigDecimal share, int digits) {
    BigDecimal percent = share.multiply(HUNDRED);
    BigDecimal rounded = significant(percent, digits);
    int more = digits;
    while (rounded.compareTo(HUNDRED) == 0 && percent.compareTo(HUNDRED) != 0 && more < 12) {
      rounded = significant(percent, ++more);
    }
    return plain(rounded) + "%";
  }

  /** A number of users: {@code 1 user}, {@code 16 users}. */
  public static String users(int users) {
    return users == 1 ? "1 user" : users + " users";
  }

  /**
   * A decimal string for programs: four significant digits, and at least one digit after the point
   * where the value has one.
   */
  public static String decimal(BigDecimal value) {
    int whole = Math.max(1, value.precision() - value.scale());
    return plain(value.round(new MathContext(Math.max(4, whole + 1), RoundingMode.HALF_UP)));
  }

  private static BigDecimal significant(BigDecimal value, int digits) {
    int whole = value.precision() - value.scale();
    return value.round(new MathContext(Math.max(digits, whole), RoundingMode.HALF_UP));
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
