package dev.loadline.operator.kube;

import dev.loadline.operator.kube.FleetLedger.Presence;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The long form of {@link FaultApiTest}: {@code FaultMatrix [FOLDER [KIND]]}. A fleet of one test
 * of each {@link FleetStory} is due hour after hour; in each hour one kind of request (of those
 * whose names begin with KIND, such as {@code list} or {@code all REFUSED}) goes wrong in one way
 * for a second and a half, whichever object it is about. In the last hours the whole server is away
 * across the due minute. Prints the table as Markdown, also to a file faults.md in FOLDER (target),
 * and ends with 1 if a run was lost or doubled or a status was not true. Takes some twenty minutes.
 */
public final class FaultMatrix {
  private final Map<String, Fault> faults = new TreeMap<>(FleetFault.faults());
  private final List<String> rows = new ArrayList<>();
  private int hours;
  private int fires;
  private int runs;
  private int lost;
  private int twice;
  private int wrong;
  private int mostOfOne;

  /** Runs all. */
  public static void main(String[] arguments) throws IOException {
    FaultMatrix matrix = new FaultMatrix();
    matrix.run(arguments.length > 1 ? arguments[1] : "");
    String table = matrix.table();
    System.out.println(table);
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "target");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("faults.md"), table);
    System.exit(matrix.lost + matrix.twice + matrix.wrong == 0 ? 0 : 1);
  }

  private void run(String only) {
    try (Fleet fleet = new Fleet(EnumSet.allOf(FleetStory.class))) {
      for (FleetFault.Kind kind : named(FleetFault.Kind.writes(), only)) {
        faults.keySet().stream()
            .filter(name -> !name.equals("2 s late") && !name.equals("410"))
            .forEach(name -> struck(fleet, kind, name));
      }
      for (FleetFault.Kind kind : named(FleetFault.Kind.reads(), only)) {
        boolean watch = kind.name().startsWith("watch");
        faults.keySet().stream()
            .filter(name -> !name.startsWith("done") && !name.equals("409"))
            .filter(name -> watch || !name.equals("2 s late"))
            .forEach(name -> struck(fleet, kind, name));
      }
      Duration twoMinutes = Duration.ofMinutes(2);
      Duration moment = Duration.ofSeconds(4);
      for (FleetOutage.Way way : FleetOutage.Way.values()) {
        if (!("all " + way).startsWith(only)) {
          continue;
        }
        away(fleet, Presence.BEFORE, way, twoMinutes, moment);
        away(fleet, Presence.CUT_OFF, way, Duration.ofMinutes(12), moment);
        away(fleet, Presence.BEFORE, way, twoMinutes, twoMinutes);
      }
    }
  }

  private static List<FleetFault.Kind> named(List<FleetFault.Kind> kinds, String start) {
    return kinds.stream().filter(kind -> kind.name().startsWith(start)).toList();
  }

  private void struck(Fleet fleet, FleetFault.Kind kind, String name) {
    FleetFault fault =
        new FleetFault(fleet.cluster, kind, Objects.requireNonNull(faults.get(name)));
    long began = System.nanoTime();
    Fleet.Outcome outcome = fleet.hour(Presence.BEFORE, fault);
    mostOfOne = Math.max(mostOfOne, fault.mostOfOne());
    String requests = fault.requests() + " | " + fault.mostOfOne();
    row(kind.name() + " | " + name + " | " + requests, began, outcome);
  }

  private void away(
      Fleet fleet, Presence presence, FleetOutage.Way way, Duration byClock, Duration inFact) {
    FleetOutage outage = new FleetOutage(fleet.cluster, way, byClock, inFact);
    Fleet.Outcome outcome = fleet.hour(presence, outage);
    String what =
        "all | %s for %s (in fact %s)%s%s | |"
            .formatted(
                way == FleetOutage.Way.REFUSED ? "connections refused" : "500",
                text(byClock),
                text(inFact),
                presence == Presence.CUT_OFF ? ", beyond the deadline" : "",
                outage.trouble().isEmpty() ? "" : ", /livez: " + outage.trouble());
    row(what, outage.ended(), outcome);
  }

  private static String text(Duration time) {
    return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }

  private void row(String what, long since, Fleet.Outcome outcome) {
    hours++;
    fires += outcome.fires();
    runs += outcome.runs();
    lost += outcome.lost().size();
    twice += outcome.twice().size();
    wrong += outcome.wrong().size();
    String row =
        "| %s | %.1f | %d | %d | %d |"
            .formatted(
                what,
                (System.nanoTime() - since) / 1e9,
                outcome.lost().size(),
                outcome.twice().size(),
                outcome.wrong().size());
    rows.add(row);
    System.out.println(outcome.sound() ? row : row + " " + outcome);
  }

  private String table() {
    return "| request | goes wrong | requests that did | most about one object |"
        + " s until all was right | runs lost | double | status wrong |\n"
        + "|---|---|---:|---:|---:|---:|---:|---:|\n"
        + String.join("\n", rows)
        + "\n| **all**: %d hours, %d scheduled fires, %d runs | | | %d | | **%d** | **%d** | **%d** |%n"
            .formatted(hours, fires, runs, mostOfOne, lost, twice, wrong);
  }
}
