package dev.loadline.operator.kube;

import dev.loadline.operator.kube.Deaths.Choice;
import dev.loadline.operator.kube.FleetLedger.Presence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The long form of {@link CrashApiTest}: {@code CrashMatrix [STEP [FOLDER [HOURS]]]}. A fleet of
 * one test of each {@link FleetStory} is due hour after hour. For each n up to STEP (50), once
 * before and once after the deed, operators die in an hour with its write n, n + STEP, n + 2 STEP …
 * until the hour has no more writes: so each of the writes of an hour (about 200) is died with in
 * either way, and each kind of write three times at least. Each eighth hour has no operator until
 * the starting deadline has passed, each fourth one none until two minutes after the due time. At
 * the end some stay away beyond a run's deadlines. Prints the table as Markdown, also to a file
 * crash-matrix.md in FOLDER (target), and ends with 1 if a run was lost or doubled or a status was
 * not true. 100 hours take some ten minutes.
 */
public final class CrashMatrix {
  /** How often each kind of write is died with at least, in either way. */
  private static final int AT_LEAST = 3;

  private final Map<String, Set<Integer>> died = new HashMap<>();
  private final Map<String, Row> rows = new TreeMap<>(Comparator.naturalOrder());
  private int hours;
  private int fires;
  private int runs;
  private int deaths;
  private final Set<String> lost = new HashSet<>();
  private final Set<String> twice = new HashSet<>();
  private int wrong;

  private static final class Row {
    int before;
    int after;
    final Set<Integer> hours = new HashSet<>();
    int lost;
    int twice;
    int wrong;
  }

  /** Runs all. */
  public static void main(String[] arguments) throws IOException {
    int step = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
    CrashMatrix matrix = new CrashMatrix();
    matrix.run(step, arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2 * step);
    String table = matrix.table();
    System.out.println(table);
    Path folder = Path.of(arguments.length > 1 ? arguments[1] : "target");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("crash-matrix.md"), table);
    System.exit(matrix.sound() ? 0 : 1);
  }

  private void run(int step, int most) {
    try (Fleet fleet = new Fleet(EnumSet.allOf(FleetStory.class))) {
      for (int n = 1; n <= step && hours < most; n++) {
        for (Choice choice : List.of(Choice.DIES_BEFORE, Choice.DIES_AFTER)) {
          int offset = n % step;
          Deaths deaths =
              new Deaths(
                  fleet,
                  (call, write, kind) ->
                      write % step == offset || isRare(kind, choice) ? choice : Choice.LIVES);
          hour(fleet, presence(), deaths);
        }
      }
    }
    absences(FleetStory.PLAIN, 1);
    absences(FleetStory.RETRIED, 2);
  }

  /**
   * Nobody comes for so long that deadlines pass, while a runner of which nothing is recorded
   * measures.
   */
  private void absences(FleetStory story, int attempt) {
    try (Fleet fleet = new Fleet(EnumSet.of(story))) {
      for (Duration absence : Deaths.LONG_ABSENCES) {
        Deaths deaths = new Deaths(fleet, Deaths.withJobOf(attempt), absence);
        hour(fleet, Presence.BEFORE, deaths);
      }
    }
  }

  private Presence presence() {
    return hours % 8 == 7 ? Presence.TOO_LATE : hours % 4 == 1 ? Presence.LATE : Presence.BEFORE;
  }

  /**
   * Whether this kind of write is to be died with whatever its number, once in this hour: some come
   * once an hour, such as the one that stops a run, and would hardly ever have the right one.
   */
  private boolean isRare(String kind, Choice choice) {
    Set<Integer> in = died.computeIfAbsent(kind + " " + choice, ignored -> new HashSet<>());
    return in.size() < AT_LEAST && in.add(hours);
  }

  private void hour(Fleet fleet, Presence presence, Deaths disturbance) {
    long began = System.nanoTime();
    Fleet.Outcome outcome = fleet.hour(presence, disturbance);
    add(disturbance.deaths(), outcome);
    System.out.printf(
        "hour %d: %s, %d writes, %d deaths, %.1f s%s%n",
        hours,
        presence,
        disturbance.writes(),
        disturbance.deaths().size(),
        (System.nanoTime() - began) / 1e9,
        outcome.sound() ? "" : " " + outcome);
  }

  private void add(List<Deaths.Death> died, Fleet.Outcome outcome) {
    hours++;
    fires += outcome.fires();
    runs += outcome.runs();
    deaths += died.size();
    lost.addAll(outcome.lost());
    twice.addAll(outcome.twice());
    wrong += outcome.wrong().size();
    for (Deaths.Death death : died) {
      Row row = rows.computeIfAbsent(death.write(), write -> new Row());
      row.before += death.when() == Choice.DIES_BEFORE ? 1 : 0;
      row.after += death.when() == Choice.DIES_AFTER ? 1 : 0;
      if (row.hours.add(hours)) {
        row.lost += outcome.lost().size();
        row.twice += outcome.twice().size();
        row.wrong += outcome.wrong().size();
      }
    }
  }

  private boolean sound() {
    return lost.isEmpty() && twice.isEmpty() && wrong == 0;
  }

  private String table() {
    StringBuilder text = new StringBuilder();
    text.append("| the operator died with its write | right before | right after | in hours |")
        .append(" runs lost | double | status wrong |\n|---|---:|---:|---:|---:|---:|---:|\n");
    rows.forEach((write, row) ->
        text.append(
            "| %s | %d | %d | %d | %d | %d | %d |%n"
                .formatted(
                    write,
                    row.before,
                    row.after,
                    row.hours.size(),
                    row.lost,
                    row.twice,
                    row.wrong)));
    return text.append(
            "| **all**: %d deaths, %d scheduled fires, %d runs | %d | %d | %d | **%d** | **%d** | **%d** |%n"
                .formatted(
                    deaths,
                    fires,
                    runs,
                    rows.values().stream().mapToInt(row -> row.before).sum(),
                    rows.values().stream().mapToInt(row -> row.after).sum(),
                    hours,
                    lost.size(),
                    twice.size(),
                    wrong))
        .toString();
  }
}
