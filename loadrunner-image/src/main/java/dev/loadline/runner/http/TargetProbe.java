package dev.loadline.runner.http;

import dev.loadline.runner.http.ModelList.Model;
import dev.loadline.runner.http.PageRequest.Reply;
import dev.loadline.runner.measure.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at the target before it is loaded: waits until it lists its models, then finds out model,
 * engine and version. Every request gets a connection of its own and at most ten seconds, and the
 * wait no more than the caller allows. The engine is looked for within another ten seconds, three
 * for a page: a target that was ready at the last moment is no other engine, and a gateway that
 * keeps pages of which it does not know must not hold up the load.
 *
 * <p>A target without {@code /models} (404 or 405) is ready if the user has named the model and an
 * empty request to the loaded path is refused as invalid, which shows that the path exists.
 */
public final class TargetProbe {
  private static final Duration ATTEMPT = Duration.ofSeconds(10);
  private static final Duration DETECTION = Duration.ofSeconds(10);
  private static final Duration DETECTION_PAGE = Duration.ofSeconds(3);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

  /** The time of the wait, apart from the looks themselves. */
  interface Clock {
    /** The machine's. */
    Clock SYSTEM =
        new Clock() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(Duration pause) throws InterruptedException {
            Thread.sleep(pause);
          }
        };

    /** The monotonic instant. */
    long nanos();

    /** Returns that much later. */
    void sleep(Duration pause) throws InterruptedException;
  }

  private final Endpoint endpoint;
  private final TargetPages pages;
  private final Consumer<ProbeResult.NotReady> waiting;
  private final Clock clock;

  /** What one look has found. */
  private sealed interface Finding {
    /** Nothing will change this. */
    record Final(ProbeResult result) implements Finding {}

    /** The target serves this model. */
    record Serves(Model model) implements Finding {}

    /** It may still come; the result if it does not. */
    record NotYet(ProbeResult.NotReady result) implements Finding {}
  }

  /**
   * A probe of this endpoint that uses one of the loops.
   *
   * @param waiting hears what is waited for, at once and then at most each 10 s
   * @throws IllegalArgumentException with a sentence for the user if the CA bundle is unusable
   */
  public TargetProbe(EventLoops loops, Endpoint endpoint, Consumer<ProbeResult.NotReady> waiting) {
    this(Connector.of(loops, loops.all().getFirst(), endpoint), endpoint, waiting, Clock.SYSTEM);
  }

  /** The same with its parts. */
  TargetProbe(
      Connector connector, Endpoint endpoint, Consumer<ProbeResult.NotReady> waiting, Clock clock) {
    pages = new TargetPages(connector, endpoint);
    this.endpoint = endpoint;
    this.waiting = waiting;
    this.clock = clock;
  }

  /**
   * Waits until the endpoint lists its models, then finds out model, engine and version.
   *
   * @param model the wanted model; absent means the only one listed
   * @param engine the engine, if the user named it; absent means to detect it
   * @param readinessTimeout how long the endpoint may take to answer and list the model
   */
  public ProbeResult probe(
      Optional<String> model, Optional<EngineProfile> engine, Duration readinessTimeout)
      throws InterruptedException {
    long start = clock.nanos();
    long deadline = start + readinessTimeout.toNanos();
    long nextReport = start;
    Duration pause = FIRST_PAUSE;
    Optional<ProbeResult.NotReady> last = Optional.empty();
    while (true) {
      switch (look(model, deadline)) {
        case Finding.Final(ProbeResult result) -> {
          return result;
        }
        case Finding.Serves(Model served) -> {
          return ready(model.orElse(served.id()), served.ownedBy(), engine);
        }
        case Finding.NotYet(ProbeResult.NotReady result) -> {
          ProbeResult.NotReady known = isOver(deadline) ? last.orElse(result) : result;
          if (!pauseBeforeLastLook(deadline, pause).isPositive()) {
            return known;
          }
          last = Optional.of(known);
          nextReport = report(known, nextReport);
        }
      }
      clock.sleep(pauseBeforeLastLook(deadline, pause));
      pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  /** The pause, or what leaves a last look a little time. */
  private Duration pauseBeforeLastLook(long deadline, Duration pause) {
    return left(deadline, pause.plus(FIRST_PAUSE)).minus(FIRST_PAUSE);
  }

  /** True after a look that the deadline cut short: what it found is only that it had no time. */
  private boolean isOver(long deadline) {
    return deadline - clock.nanos() <= 0;
  }

  private long report(ProbeResult.NotReady result, long due) {
    long now = clock.nanos();
    if (now - due < 0) {
      return due;
    }
    waiting.accept(result);
    return now + BETWEEN_REPORTS.toNanos();
  }

  private Finding look(Optional<String> model, long deadline) throws InterruptedException {
    Reply reply = send(PageRequest.get(endpoint, endpoint.basePath() + "/models"), deadline);
    return switch (reply) {
      case Reply.None(var failure) -> silent(failure);
      case Reply.Page page -> judge(page, model, deadline);
    };
  }

  private Finding silent(Outcome.Failure failure) {
    return new Finding.NotYet(
        failure.equals(Failures.ofUnknownHost(endpoint))
            ? new ProbeResult.NotFound(failure.message())
            : new ProbeResult.Unreachable(failure.message()));
  }

  private Finding judge(Reply.Page page, Optional<String> wanted, long deadline)
      throws InterruptedException {
    int status = page.status();
    if (status == 200) {
      return ModelList.parse(page.body())
          .map(list -> choose(list, wanted))
          .orElseGet(() -> notFound("answers with something that is no list of models"));
    }
    if ((status == 404 || status == 405) && wanted.isPresent()) {
      return withoutList(wanted.get(), deadline);
    }
    return refused(status, "GET " + endpoint.basePath() + "/models")
        .orElseGet(() -> otherStatus(status));
  }

  private Finding otherStatus(int status) {
    if (status == 429 || status >= 500) {
      return new Finding.NotYet(
          new ProbeResult.Timeout(
              "%s still answers HTTP %d to GET %s/models: it is not ready."
                  .formatted(endpoint.url(), status, endpoint.basePath())));
    }
    return status >= 300 && status < 400
        ? notFound("redirects (HTTP " + status + ")")
        : notFound("answers HTTP " + status);
  }

  private Optional<Finding> refused(int status, String what) {
    return status == 401 || status == 403
        ? Optional.of(
            new Finding.Final(
                new ProbeResult.Unauthorized(
                    "%s answers HTTP %d to %s: check the API key and the headers (target.auth)."
                        .formatted(endpoint.url(), status, what))))
        : Optional.empty();
  }

  private Finding notFound(String what) {
    return new Finding.NotYet(
        new ProbeResult.NotFound(
            "GET %s/models %s: check host, port and base path of the target."
                .formatted(endpoint.url(), what)));
  }

  private Finding choose(ModelList list, Optional<String> wanted) {
    if (wanted.isPresent()) {
      return list.find(wanted.get())
          .<Finding>map(Finding.Serves::new)
          .orElseGet(() ->
              new Finding.NotYet(
                  notServed("does not serve model " + wanted.get() + "; it serves ", list)));
    }
    return switch (list.models().size()) {
      case 0 ->
          new Finding.NotYet(
              new ProbeResult.Timeout(endpoint.url() + " answers and lists no model yet."));
      case 1 -> new Finding.Serves(list.models().getFirst());
      default ->
          new Finding.Final(
              notServed("serves several models, name one of them in target.model: ", list));
    };
  }

  private ProbeResult.NotReady notServed(String what, ModelList list) {
    return new ProbeResult.ModelNotServed(
        endpoint.url() + " " + what + list.names(endpoint::shown) + ".");
  }

  private Finding withoutList(String model, long deadline) throws InterruptedException {
    String path = endpoint.basePath() + endpoint.api().path();
    Reply reply = send(PageRequest.postNothing(endpoint, path), deadline);
    return switch (reply) {
      case Reply.None(var failure) -> silent(failure);
      case Reply.Page(int status, _, _) when status == 400 || status == 422 ->
          new Finding.Serves(new Model(model, ""));
      case Reply.Page(int status, _, _) ->
          refused(status, "POST " + path)
              .orElseGet(() -> notFound("and POST " + path + " answer HTTP 404 and " + status));
    };
  }

  private ProbeResult ready(String model, String ownedBy, Optional<EngineProfile> named)
      throws InterruptedException {
    long deadline = clock.nanos() + DETECTION.toNanos();
    EngineDetection detection = new EngineDetection(path -> page(path, deadline));
    EngineProfile engine = named.isPresent() ? named.get() : detection.engine(ownedBy);
    return new ProbeResult.Ready(model, engine, detection.version(engine).map(endpoint::shown));
  }

  private Optional<String> page(String path, long deadline) throws InterruptedException {
    PageRequest request = PageRequest.get(endpoint, endpoint.rootPath() + path);
    Reply reply = pages.send(request, left(deadline, DETECTION_PAGE));
    return reply instanceof Reply.Page(int status, _, String body) && status == 200
        ? Optional.of(body)
        : Optional.empty();
  }

  private Reply send(PageRequest request, long deadline) throws InterruptedException {
    return pages.send(request, left(deadline, ATTEMPT));
  }

  private Duration left(long deadline, Duration atMost) {
    return shorter(Duration.ofNanos(Math.max(0, deadline - clock.nanos())), atMost);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
