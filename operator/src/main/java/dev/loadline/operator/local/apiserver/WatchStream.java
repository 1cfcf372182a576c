package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.ObjectStore.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** One watch: first what is there if asked for, then changes until the time is over. */
final class WatchStream {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration BETWEEN_BOOKMARKS = Duration.ofSeconds(10);

  private final ObjectStore store;
  private final Tables tables;
  private final Route route;
  private final ApiRequest request;
  private final Predicate<ObjectNode> selector;
  private final OutputStream out;
  private long version;

  WatchStream(
      ObjectStore store,
      Tables tables,
      Route route,
      ApiRequest request,
      Predicate<ObjectNode> selector,
      OutputStream out) {
    this.store = store;
    this.tables = tables;
    this.route = route;
    this.request = request;
    this.selector = selector;
    this.out = out;
  }

  /**
   * Writes events until the client's time is over, the watch is cut or the version expired.
   *
   * @param late how long each change is kept back
   * @param alive whether the client still listens
   */
  void run(Duration late, BooleanSupplier alive) throws IOException, InterruptedException {
    long end = System.nanoTime() + length().toNanos();
    long cuts = store.cuts();
    String since = request.parameter("resourceVersion");
    boolean initial = request.flag("sendInitialEvents");
    if (initial || since.isEmpty() || since.equals("0")) {
      begin(initial);
    } else {
      version = Long.parseLong(since);
    }
    out.flush();
    try {
      while (store.cuts() == cuts && alive.getAsBoolean() && end - System.nanoTime() > 0) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        Duration wait = left.compareTo(BETWEEN_BOOKMARKS) < 0 ? left : BETWEEN_BOOKMARKS;
        List<Change> changes = store.after(version, wait, cuts);
        for (Change change : changes) {
          keepBack(change, late);
          change(change);
          version = change.version();
        }
        if (changes.isEmpty()) {
          version = Math.max(version, store.version());
          bookmark(false);
        }
        out.flush();
      }
    } catch (Refusal expired) {
      write("ERROR", expired.status());
      out.flush();
    }
  }

  private static void keepBack(Change change, Duration late) throws InterruptedException {
    if (!late.isZero()) {
      Thread.sleep(Duration.ofNanos(Math.max(0, change.at() + late.toNanos() - System.nanoTime())));
    }
  }

  private Duration length() {
    String seconds = request.parameter("timeoutSeconds");
    return seconds.isEmpty() ? LONGEST : Duration.ofSeconds(Long.parseLong(seconds));
  }

  private void begin(boolean announceEnd) throws IOException {
    List<ObjectNode> present =
        store.locked(() -> {
          version = store.version();
          return store.list(route.type().qualified());
        });
    for (ObjectNode object : present) {
      if (selected(object)) {
        object("ADDED", object);
      }
    }
    if (announceEnd) {
      bookmark(true);
    }
  }

  private boolean selected(ObjectNode object) {
    boolean named =
        route.name().isEmpty()
            || route.name().get().equals(object.path("metadata").path("name").asText());
    return named && Resources.inNamespace(object, route.namespace()) && selector.test(object);
  }

  /** An object that leaves the selection is deleted for this watcher, one that enters is added. */
  private void change(Change change) throws IOException {
    if (!change.key().type().equals(route.type().qualified())) {
      return;
    }
    boolean was = change.before().filter(this::selected).isPresent();
    boolean is = !change.deleted() && selected(change.state());
    if (is) {
      object(was ? "MODIFIED" : "ADDED", change.state());
    } else if (was) {
      object("DELETED", change.state());
    }
  }

  private void object(String type, ObjectNode object) throws IOException {
    String of = object.path("metadata").path("resourceVersion").asText();
    write(
        type,
        request.wantsTable()
            ? tables.of(route.type(), List.of(object), of, request.parameter("includeObject"))
            : object);
  }

  private void bookmark(boolean initialEnd) throws IOException {
    if (!initialEnd && !request.flag("allowWatchBookmarks")) {
      return;
    }
    ObjectNode mark = Json.object();
    mark.put("kind", route.type().kind()).put("apiVersion", route.type().apiVersion());
    ObjectNode metadata = mark.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(version));
    metadata.putNull("creationTimestamp");
    if (initialEnd) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    switch (route.type().kind()) {
      // Go's empty structures, as every API server sends them.
      case "Pod" -> mark.putObject("spec").putNull("containers");
      case "Job" ->
          mark.putObject("spec").putObject("template").putObject("spec").putNull("containers");
      default -> {
        // Nothing is required in the empty object of another kind.
      }
    }
    Optional<ObjectNode> table =
        request.wantsTable()
            ? Optional.of(
                tables.of(route.type(), List.of(mark), Long.toString(version), "Metadata"))
            : Optional.empty();
    write("BOOKMARK", table.orElse(mark));
  }

  private void write(String type, ObjectNode object) throws IOException {
    ObjectNode event = Json.object().put("type", type);
    event.set("object", object);
    out.write(Json.bytes(event));
    out.write('\n');
    out.flush();
  }
}
