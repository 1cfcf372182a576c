package dev.loadline.operator.kube;

/** Is told of what is counted, once it is recorded in a status. */
public interface Tally {
  /** A run has finished. */
  void finished(String verdict);

  /** Due times were given up. */
  void missed(String reason, long count);
}
