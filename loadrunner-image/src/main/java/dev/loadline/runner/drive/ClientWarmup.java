package dev.loadline.runner.drive;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.LoopbackCertificate;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.prompt.Calibration;
import dev.loadline.runner.prompt.PromptSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Warms the client up: a JVM that has just started measures ten times the error of a warm one for
 * its first seconds. The driver itself applies a load to a server within this process, on the event
 * loops of the real load, so that all of the path that will be measured with is compiled: for an
 * {@code https} target the server speaks TLS with a certificate of its own, which the client
 * verifies.
 */
public final class ClientWarmup {
  static final int TOKENS = 48;
  private static final Path NO_FILES = Path.of("");
  private static final Duration GAP = Duration.ofMillis(2);
  private static final int USERS_PER_LOOP = 16;
  private static final int MOST_USERS = 64;

  /** Only a machine that is short of cores takes so long. */
  private static final long DRAIN_MILLIS = 10_000;

  private final EventLoops loops;
  private final Api api;
  private final boolean tls;
  private final Duration length;
  private volatile boolean stopped;
  private volatile @Nullable LoadDriver driver;

  /**
   * A warm-up.
   *
   * @param loops the event loops of the load; they need not be idle
   * @param target what will be loaded
   * @param length how long it takes; zero or less means none
   */
  public ClientWarmup(EventLoops loops, Endpoint target, Duration length) {
    this.loops = loops;
    api = target.api();
    tls = target.isTls();
    this.length = length;
  }

  /** Applies the load and returns when it has ended; what it measured is forgotten. */
  public void run() throws InterruptedException {
    load();
  }

  List<StageResult> load() throws InterruptedException {
    if (!length.isPositive()) {
      return List.of();
    }
    LoopbackServer.Script script = new LoopbackServer.Script(api, TOKENS, GAP);
    LoopbackCertificate certificate = LoopbackCertificate.create();
    try (EventLoops own = EventLoops.start(1, "loopback");
        LoopbackServer server =
            tls
                ? LoopbackServer.startTls(script, own, certificate)
                : LoopbackServer.start(script, own)) {
      Endpoint endpoint =
          Endpoint.of(server.url(), api, Map.of(), certificate.trusted(), Timeouts.DEFAULT);
      List<StageResult> stages = new ArrayList<>(load(endpoint, "PerRequest", 1));
      stages.addAll(load(endpoint, "Pooled", 3));
      return stages;
    }
  }

  private List<StageResult> load(Endpoint endpoint, String connectionReuse, int quarters)
      throws InterruptedException {
    RequestEncoder encoder =
        new RequestEncoder(api, EngineProfile.VLLM, "loopback", Optional.empty());
    RunPlan plan = plan(connectionReuse, length.toMillis() * quarters / 4);
    PromptSource prompts = new PromptSource(plan, Calibration.NONE, NO_FILES);
    LoadDriver load =
        new LoadDriver(
            plan,
            endpoint,
            encoder,
            prompts,
            Optional.empty(),
            loops,
            Clocks.SYSTEM,
            Spending.of(plan, Clocks.SYSTEM.now()),
            () -> {});
    driver = load;
    return stopped ? List.of() : load.run().stages();
  }

  /** Ends it early; may be called from any thread. */
  public void stop() {
    stopped = true;
    LoadDriver running = driver;
    if (running != null) {
      running.stop();
    }
  }

  /** A closed loop for most of the time, then an open one, each with a warm-up as a load has. */
  private RunPlan plan(String connectionReuse, long allMillis) {
    long warmup = allMillis / 12;
    long millis = allMillis - 2 * warmup;
    int users = Math.min(MOST_USERS, USERS_PER_LOOP * loops.all().size());
    Distribution input = new Distribution.Normal(128, 32, 16, 256);
    return new RunPlan(
        RunPlan.VERSION,
        "client-warm-up",
        "client-warm-up",
        new RunPlan.Target(
            "",
            Optional.empty(),
            "",
            "",
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0),
        new Workload(
            new Workload.Content.Synthetic(input, new Distribution.Fixed(TOKENS), 0, 1),
            Optional.empty(),
            true,
            1),
        new RunPlan.Load(
            warmup,
            DRAIN_MILLIS,
            connectionReuse,
            List.of(
                stage(
                    new RunPlan.Shape.Closed(users, OptionalInt.empty(), new Distribution.Fixed(0)),
                    millis * 3 / 4),
                stage(new RunPlan.Shape.Open("100", Optional.empty(), "Poisson", 1), millis / 4))),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }

  private static RunPlan.Stage stage(RunPlan.Shape shape, long millis) {
    return new RunPlan.Stage("warm-up", shape, new RunPlan.End.After(millis));
  }
}
