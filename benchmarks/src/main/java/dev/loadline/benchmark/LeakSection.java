package dev.loadline.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All tests come and go three times. */
final class LeakSection implements ScaleSection {
  private static final int TIMES = 3;

  @Override
  public void run(ScaleBench bench, Report report) throws IOException, InterruptedException {
    OperatorProcess operator = bench.operatorWithTests();
    List<String> rows = new ArrayList<>(List.of("| time | RSS, MiB |", "|---|---|"));
    for (int i = 1; i <= TIMES; i++) {
      report.doing("all tests come and go, time " + i);
      bench.tests().delete();
      bench.tests().create();
      bench.awaitSeen();
      Thread.sleep(Duration.ofSeconds(2));
      rows.add("| %d | %s |".formatted(i, Figure.text(operator.residentMebibytes())));
    }
    report.add("All tests deleted and created again", rows);
  }
}
