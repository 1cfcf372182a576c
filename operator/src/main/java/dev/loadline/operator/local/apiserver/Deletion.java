package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.DeleteOptions.Propagation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletion and garbage collection. What follows from a deletion happens before the request is
 * answered; a cluster takes a moment longer. Runs with the store's lock held.
 */
final class Deletion {
  private static final String FOREGROUND = "foregroundDeletion";
  private static final Duration POD_GRACE = Duration.ofSeconds(30);

  private final ObjectStore store;
  private final ResourceTypes types;
  private final InstantSource clock;

  Deletion(ObjectStore store, ResourceTypes types, InstantSource clock) {
    this.store = store;
    this.types = types;
    this.clock = clock;
  }

  DeleteOutcome delete(Place place, DeleteOptions options) {
    ObjectNode live = store.get(place.key()).orElseThrow(place::notFound);
    check(place, live, options.uid(), "uid");
    check(place, live, options.resourceVersion(), "resourceVersion");
    // The default of batch/v1 Jobs is to orphan their pods, for compatibility's sake.
    Propagation standard =
        place.type().is("batch", "Job") ? Propagation.Orphan : Propagation.Background;
    Propagation propagation = options.propagation().orElse(standard);
    if (propagation == Propagation.Orphan) {
      orphan(live.path("metadata").path("uid").asText());
    }
    Duration grace = grace(place, live, options);
    ObjectNode marked = marked(place, live, propagation, grace);
    boolean waits =
        !grace.isZero()
            || place.type().is("", "Namespace")
            || !marked.path("metadata").path("finalizers").isEmpty();
    if (!waits) {
      ObjectNode last = store.remove(place.key());
      collect();
      return new DeleteOutcome(last, true);
    }
    ObjectNode stored = marked.equals(live) ? live : store.put(place.key(), marked);
    collect();
    return new DeleteOutcome(stored, store.get(place.key()).isEmpty());
  }

  private static void check(Place place, ObjectNode live, Optional<String> wanted, String field) {
    if (wanted.isPresent() && !wanted.get().equals(live.path("metadata").path(field).asText())) {
      throw Refusal.conflict(
          place.type(), place.name(), "the " + field + " in the precondition differs");
    }
  }

  /** A pod that runs somewhere is given time; everything else, and what has ended, is not. */
  private static Duration grace(Place place, ObjectNode live, DeleteOptions options) {
    String phase = live.path("status").path("phase").asText();
    boolean runs = live.path("spec").hasNonNull("nodeName");
    if (!place.type().is("", "Pod")
        || !runs
        || phase.equals("Succeeded")
        || phase.equals("Failed")) {
      return Duration.ZERO;
    }
    JsonNode own = live.path("spec").path("terminationGracePeriodSeconds");
    return options.grace().orElse(own.isNumber() ? Duration.ofSeconds(own.asLong()) : POD_GRACE);
  }

  private ObjectNode marked(Place place, ObjectNode live, Propagation propagation, Duration grace) {
    ObjectNode marked = live.deepCopy();
    ObjectNode metadata = marked.withObject("/metadata");
    if (propagation == Propagation.Foreground && !has(metadata.path("finalizers"), FOREGROUND)) {
      metadata.withArray("/finalizers").add(FOREGROUND);
    }
    if (!metadata.has("deletionTimestamp")) {
      metadata.put("deletionTimestamp", Resources.time(clock.instant().plus(grace)));
      metadata.put("deletionGracePeriodSeconds", grace.toSeconds());
      if (Resources.countsGenerations(place.type())) {
        metadata.put("generation", metadata.path("generation").asLong() + 1);
      }
      if (place.type().is("", "Namespace")) {
        marked.withObject("/status").put("phase", "Terminating");
      }
    }
    return marked;
  }

  private static boolean has(JsonNode array, String text) {
    for (JsonNode item : array) {
      if (item.asText().equals(text)) {
        return true;
      }
    }
    return false;
  }

  /** An object that is being deleted may lose finalizers, not gain them. */
  void finalizersOnlyShrink(Place place, ObjectNode live, ObjectNode next) {
    if (!live.path("metadata").has("deletionTimestamp")) {
      return;
    }
    for (JsonNode finalizer : next.path("metadata").path("finalizers")) {
      if (!has(live.path("metadata").path("finalizers"), finalizer.asText())) {
        FieldProblem problem =
            new FieldProblem(
                "metadata.finalizers",
                "FieldValueForbidden",
                "Forbidden",
                "no new finalizers can be added if the object is being deleted");
        throw Refusal.invalid(place.type(), place.name(), List.of(problem));
      }
    }
  }

  /** Removes an object that was only waiting for its finalizers. */
  void completeIfFree(Place place) {
    Optional<ObjectNode> object = store.get(place.key());
    if (object.isPresent()
        && object.get().path("metadata").has("deletionTimestamp")
        && object.get().path("metadata").path("finalizers").isEmpty()
        && grace(place, object.get(), DeleteOptions.standard()).isZero()
        && !place.type().is("", "Namespace")) {
      store.remove(place.key());
      collect();
    }
  }

  /**
   * Deletes what has lost its owners and completes what waited for dependents, until all is done.
   */
  void collect() {
    boolean again = true;
    while (again) {
      again = false;
      Set<String> uids = new HashSet<>();
      List<Place> places = places();
      places.forEach(place -> uids.add(metadata(place).path("uid").asText()));
      for (Place place : places) {
        again |= store.get(place.key()).isPresent() && step(place, uids);
      }
    }
  }

  private boolean step(Place place, Set<String> uids) {
    JsonNode metadata = metadata(place);
    boolean dying = metadata.has("deletionTimestamp");
    if (!dying && ownerless(metadata, uids)) {
      delete(place, background());
      return true;
    }
    if (dying && has(metadata.path("finalizers"), FOREGROUND)) {
      return foreground(place, metadata.path("uid").asText());
    }
    return dying && place.type().is("", "Namespace") && emptied(place);
  }

  private static DeleteOptions background() {
    return new DeleteOptions(
        Optional.of(Propagation.Background), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** True if it names owners of kinds that this server knows and none of them exists. */
  private boolean ownerless(JsonNode metadata, Set<String> uids) {
    JsonNode owners = metadata.path("ownerReferences");
    if (owners.isEmpty()) {
      return false;
    }
    for (JsonNode owner : owners) {
      boolean known =
          types.ofKind(owner.path("apiVersion").asText(), owner.path("kind").asText()).isPresent();
      if (!known || uids.contains(owner.path("uid").asText())) {
        return false;
      }
    }
    return true;
  }

  private boolean foreground(Place owner, String uid) {
    boolean blocked = false;
    boolean changed = false;
    for (Place place : places()) {
      for (JsonNode reference : metadata(place).path("ownerReferences")) {
        if (reference.path("uid").asText().equals(uid)) {
          if (!metadata(place).has("deletionTimestamp")) {
            delete(place, background());
            changed = true;
          }
          blocked |=
              store.get(place.key()).isPresent()
                  && reference.path("blockOwnerDeletion").asBoolean();
        }
      }
    }
    if (!blocked) {
      ObjectNode free = store.get(owner.key()).orElseThrow();
      removeText(free.withObject("/metadata").withArray("/finalizers"), FOREGROUND);
      store.put(owner.key(), free);
      completeIfFree(owner);
      return true;
    }
    return changed;
  }

  private static void removeText(ArrayNode array, String text) {
    for (int i = array.size() - 1; i >= 0; i--) {
      if (array.get(i).asText().equals(text)) {
        array.remove(i);
      }
    }
  }

  private boolean emptied(Place namespace) {
    List<Place> content =
        places().stream().filter(place -> place.namespace().equals(namespace.name())).toList();
    if (content.isEmpty()) {
      store.remove(namespace.key());
      return true;
    }
    List<Place> alive =
        content.stream().filter(place -> !metadata(place).has("deletionTimestamp")).toList();
    alive.stream()
        .filter(place -> store.get(place.key()).isPresent())
        .forEach(place -> delete(place, background()));
    return !alive.isEmpty();
  }

  private void orphan(String uid) {
    for (Place place : places()) {
      ObjectNode object = store.get(place.key()).orElseThrow();
      JsonNode owners = object.path("metadata").path("ownerReferences");
      if (owners instanceof ArrayNode array) {
        int before = array.size();
        for (int i = before - 1; i >= 0; i--) {
          if (array.get(i).path("uid").asText().equals(uid)) {
            array.remove(i);
          }
        }
        if (array.size() < before) {
          store.put(place.key(), object);
        }
      }
    }
  }

  private JsonNode metadata(Place place) {
    return store.get(place.key()).map(object -> object.path("metadata")).orElse(Json.object());
  }

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (ObjectStore.Key key : store.keys()) {
      types.all().stream()
          .filter(type -> type.qualified().equals(key.type()))
          .forEach(type -> places.add(new Place(type, key.namespace(), key.name())));
    }
    return places;
  }
}
