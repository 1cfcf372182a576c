package dev.loadline.runner.simulator;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What reads the texts of options; what is wrong with one is said in words that users know. */
final class Converters {
  private Converters() {}

  /** Reads an option's text; a refusal becomes picocli's, which shows the sentence. */
  interface Converter<T> extends ITypeConverter<T> {
    T read(String text);

    @Override
    default T convert(String text) {
      try {
        return read(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** A whole number as large as an {@code int}. */
  static final class IntegerConverter implements Converter<Integer> {
    @Override
    public Integer read(String text) {
      return (int) whole(text, Integer.MAX_VALUE);
    }
  }

  /** A whole number as large as a {@code long}. */
  static final class LongConverter implements Converter<Long> {
    @Override
    public Long read(String text) {
      return whole(text, Long.MAX_VALUE);
    }
  }

  private static long whole(String text, long most) {
    if (!text.matches("-?[0-9]{1,100}")) {
      throw new IllegalArgumentException("\"" + text + "\" is no whole number.");
    }
    BigInteger number = new BigInteger(text);
    if (number.abs().compareTo(BigInteger.valueOf(most)) > 0) {
      throw new IllegalArgumentException(
          text + " is too " + (number.signum() < 0 ? "small" : "large: at most " + most) + ".");
    }
    return number.longValueExact();
  }

  /** A share from 0 to 1. */
  static final class ShareConverter implements Converter<Double> {
    @Override
    public Double read(String text) {
      return share(text);
    }
  }

  private static double share(String text) {
    if (!text.matches("[0-9]{1,10}(\\.[0-9]{1,20})?|\\.[0-9]{1,20}")
        || Double.parseDouble(text) > 1) {
      throw new IllegalArgumentException("\"" + text + "\" is no number from 0 to 1.");
    }
    return Double.parseDouble(text);
  }

  /** A number above 0. */
  static final class FactorConverter implements Converter<Double> {
    @Override
    public Double read(String text) {
      if (!text.matches("[0-9]{1,10}(\\.[0-9]{1,20})?|\\.[0-9]{1,20}")
          || Double.parseDouble(text) <= 0) {
        throw new IllegalArgumentException("\"" + text + "\" is no number above 0.");
      }
      return Double.parseDouble(text);
    }
  }

  /** {@code http_500=0.1}. */
  static final class FaultConverter implements Converter<Map.Entry<Fault, Double>> {
    @Override
    public Map.Entry<Fault, Double> read(String text) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "\"" + text + "\" names no share; write for example http_500=0.1.");
      }
      return Map.entry(Fault.named(text.substring(0, equals)), share(text.substring(equals + 1)));
    }
  }

  /** {@code 200ms}, {@code normal:200ms,20ms} and the like. */
  static final class DelayConverter implements Converter<Delay> {
    @Override
    public Delay read(String text) {
      return Delay.parse(text);
    }
  }

  /** {@code 200ms} and the like. */
  static final class DurationConverter implements Converter<Duration> {
    @Override
    public Duration read(String text) {
      return DurationText.parse(text);
    }
  }

  /** {@code end} and the like. */
  static final class UsageConverter implements Converter<UsageMode> {
    @Override
    public UsageMode read(String text) {
      return UsageMode.named(text);
    }
  }

  /** {@code on} or {@code off}. */
  static final class SwitchConverter implements Converter<Switch> {
    @Override
    public Switch read(String text) {
      return switch (text) {
        case "on" -> Switch.ON;
        case "off" -> Switch.OFF;
        default -> throw new IllegalArgumentException("write on or off.");
      };
    }
  }

  /** Whether something is done. */
  enum Switch {
    ON,
    OFF;

    @Override
    public String toString() {
      return this == ON ? "on" : "off";
    }
  }
}
