package dev.loadline.operator.it;

import dev.loadline.operator.FailureTable;
import java.util.List;

/** Something that goes wrong, and what has to come of it. */
interface Trouble {
  /** In a word. */
  String name();

  /** Lets it happen, beside others, and asserts what comes of it; the lines of the table on it. */
  List<FailureTable.Line> on(TroubledCluster cluster) throws Exception;

  /** How it goes. */
  interface Course {
    FailureTable.Line on(TroubledCluster cluster) throws Exception;
  }

  /** One that needs a load runner. */
  static Trouble of(String name, Course course) {
    return new Trouble() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<FailureTable.Line> on(TroubledCluster cluster) throws Exception {
        return List.of(cluster.withRoom(() -> course.on(cluster)));
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
