package dev.loadline.runner.http;

import dev.loadline.runner.http.PageRequest.Reply;
import dev.loadline.runner.measure.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an endpoint for what is not load: single requests, each over a connection of its own.
 * Blocks, hence not to be used on an event loop.
 */
final class TargetPages {
  private final Endpoint endpoint;
  private final Connector connector;

  TargetPages(Connector connector, Endpoint endpoint) {
    this.connector = connector;
    this.endpoint = endpoint;
  }

  /**
   * Sends the request and waits for its answer, at most that long, looking the host up included.
   */
  Reply send(PageRequest request, Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    CompletableFuture<Optional<Outcome.Failure>> lookup = connector.addresses().lookUpLater(start);
    try {
      Optional<Outcome.Failure> unknown = lookup.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      long left = Math.max(0, limit.toNanos() - (System.nanoTime() - start));
      return unknown.isPresent()
          ? new Reply.None(unknown.get())
          : request.send(connector, Duration.ofNanos(left));
    } catch (TimeoutException e) {
      return new Reply.None(Failures.ofSilentNameServer(endpoint));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
