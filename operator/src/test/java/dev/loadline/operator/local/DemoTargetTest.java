package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTargetTest {
  @TempDir private Path folder;

  @Test
  void theSecondOfTwoOnOnePortTakesAnother() throws Exception {
    int port = LocalPod.freePort();
    Path other = Files.createDirectory(folder.resolve("other"));
    try (DemoTarget one = DemoTarget.start(port, List.of(), folder);
        DemoTarget two = DemoTarget.start(port, List.of(), other)) {
      assertThat(one.port()).hasValue(port);
      assertThat(two.port()).isPresent().isNotEqualTo(one.port());
    }
  }

  @Test
  void hasNoPortIfTheSimulatorDoesNotStart() {
    try (DemoTarget target = DemoTarget.start(0, List.of("--ttft", "soon"), folder)) {
      assertThat(target.port()).isEmpty();
    }
  }
}
