package dev.loadline.operator.it;

import dev.loadline.operator.FailureTable;
import java.util.List;

/** Something that goes wrong, and what has to come of it. */
interface Trouble {
  /** In a word. */
  String name();

  /** Lets it happen, beside others, and asserts what comes of it; the lines of the table on it. */
  List<FailureTable.Line> on(TroubledCluster cluster) throws Exception;
}
