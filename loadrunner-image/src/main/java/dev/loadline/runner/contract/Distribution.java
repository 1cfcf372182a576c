package dev.loadline.runner.contract;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * A whole number, fixed or drawn: tokens, turns or milliseconds. A draw is rounded; mean and
 * standard deviation are of the variable before it is held within its bounds, by drawing again.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Distribution.Fixed.class, name = "Fixed"),
  @JsonSubTypes.Type(value = Distribution.Normal.class, name = "Normal"),
  @JsonSubTypes.Type(value = Distribution.Lognormal.class, name = "Lognormal"),
  @JsonSubTypes.Type(value = Distribution.Uniform.class, name = "Uniform"),
  @JsonSubTypes.Type(value = Distribution.Exponential.class, name = "Exponential")
})
public sealed interface Distribution {
  /** The smallest draw. */
  long min();

  /** The largest draw. */
  long max();

  /** Mean of the variable before it is held within its bounds. */
  double mean();

  /** Always the same. */
  record Fixed(long value) implements Distribution {
    @Override
    public long min() {
      return value;
    }

    @Override
    public long max() {
      return value;
    }

    @Override
    public double mean() {
      return value;
    }
  }

  /** Normal within [min, max]. */
  record Normal(double mean, double stddev, long min, long max) implements Distribution {}

  /** Lognormal within [min, max]; mean and stddev are its own, not those of its logarithm. */
  record Lognormal(double mean, double stddev, long min, long max) implements Distribution {}

  /** Each whole number from min to max equally likely. */
  record Uniform(long min, long max) implements Distribution {
    @Override
    public double mean() {
      return ((double) min + max) / 2;
    }
  }

  /** Exponential of this mean within [min, max]. */
  record Exponential(double mean, long min, long max) implements Distribution {}
}
