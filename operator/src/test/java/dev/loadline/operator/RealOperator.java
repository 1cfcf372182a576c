package dev.loadline.operator;

import dev.loadline.operator.local.OperatorStarter;

/** The operator as the program starts it, for tests of local mode. */
public final class RealOperator {
  private RealOperator() {}

  /** As {@code ./loadline run} starts it. */
  public static OperatorStarter starter() {
    return Main.starter();
  }
}
