package dev.loadline.operator.verdict;

/** What a run says about the server, named as in the API. */
public enum Verdict {
  /** The measurement is sound and every objective with action Fail is met. */
  Pass,
  /** The measurement is sound and an objective with action Fail is missed. */
  Fail,
  /** The measurement cannot be trusted: it says nothing about the server. */
  Invalid,
  /** Nothing was to be judged: no objective with action Fail, or no load was sent. */
  None
}
