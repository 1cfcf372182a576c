package dev.loadline.operator.local;

import java.net.URI;

/** An operator that was started; closing it stops it, and what it has begun stays as it is. */
public interface RunningOperator extends AutoCloseable {
  /** Where it shows its metrics. */
  URI metrics();

  @Override
  void close();
}
