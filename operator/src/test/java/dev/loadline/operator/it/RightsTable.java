package dev.loadline.operator.it;

import dev.loadline.operator.chart.GrantedRights.Right;
import dev.loadline.operator.it.AuditLog.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What was granted beside what was used. */
record RightsTable(Set<Right> granted, Map<Right, Use> uses) {
  private static final Use NEVER = new Use(0, 0, "");

  /** Rights that nobody used: they should not be granted. */
  List<String> unused() {
    return granted.stream()
        .filter(right -> uses.getOrDefault(right, NEVER).used() == 0)
        .map(RightsTable::shown)
        .toList();
  }

  /**
   * What was asked for, or even done, without being granted. (A granted right may be denied for a
   * moment, while its chart goes and the operator still runs.)
   */
  List<String> ungranted() {
    return uses.keySet().stream()
        .filter(right -> !granted.contains(right))
        .map(RightsTable::shown)
        .toList();
  }

  private static String shown(Right right) {
    return right.verb() + " " + right.shown();
  }

  /** One row for each right, in Markdown. */
  String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| right | granted | used | denied | first where |");
    lines.add("|---|---|---|---|---|");
    Set<Right> all = new TreeSet<>(granted);
    all.addAll(uses.keySet());
    for (Right right : all) {
      Use use = uses.getOrDefault(right, NEVER);
      lines.add(
          "| %s | %s | %d | %d | %s |"
              .formatted(
                  shown(right),
                  granted.contains(right) ? "yes" : "no",
                  use.used(),
                  use.denied(),
                  use.where()));
    }
    return String.join("\n", lines) + "\n";
  }
}
