package dev.loadline.operator.kube;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps out of the log what an operator says that a test has killed: that its client is closed, or
 * that the server hung up on it, is what the test is about, and reads like a defect. Of use where
 * events are logged by the thread that they come from.
 */
public final class LivingOperators extends Filter<ILoggingEvent> {
  @Override
  public FilterReply decide(ILoggingEvent event) {
    return OperatorThreads.killed(Thread.currentThread()) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
