package dev.loadline.operator.local;

/** Closes something when the JVM is told to end, as by Ctrl-C. */
final class CloseOnSignal implements AutoCloseable {
  private final Thread hook;

  private CloseOnSignal(Thread hook) {
    this.hook = hook;
  }

  static CloseOnSignal of(Runnable close) {
    Thread hook = new Thread(close, "close");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      close.run();
    }
    return new CloseOnSignal(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The hook runs.
    }
  }
}
