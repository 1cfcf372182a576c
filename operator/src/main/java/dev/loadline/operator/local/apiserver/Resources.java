package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.ManagedFields.Manager;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The verbs: what a request does, without HTTP. For this process they are the way in, too. */
public final class Resources {
  private static final List<String> OWN_METADATA =
      List.of(
          "uid",
          "creationTimestamp",
          "generation",
          "resourceVersion",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "managedFields");
  private static final String METADATA = "metadata";
  private static final String STATUS = "status";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ObjectStore store;
  private final ResourceTypes types;
  private final InstantSource clock;
  private final Deletion deletion;

  Resources(ObjectStore store, ResourceTypes types, InstantSource clock) {
    this.store = store;
    this.types = types;
    this.clock = clock;
    this.deletion = new Deletion(store, types, clock);
  }

  /** An instant as objects carry it: whole seconds. */
  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The kind, if the server knows it. */
  public Optional<ResourceType> type(String apiVersion, String kind) {
    return types.ofKind(apiVersion, kind);
  }

  /** The object. */
  public Optional<ObjectNode> get(Place place) {
    return store.get(place.key());
  }

  /** Objects of a type, of one namespace or of all. */
  public List<ObjectNode> list(
      ResourceType type, Optional<String> namespace, Predicate<ObjectNode> selector) {
    return store.list(type.qualified()).stream()
        .filter(object -> inNamespace(object, namespace) && selector.test(object))
        .map(ObjectNode::deepCopy)
        .toList();
  }

  static boolean inNamespace(ObjectNode object, Optional<String> namespace) {
    return namespace.isEmpty()
        || namespace.get().equals(object.path(METADATA).path("namespace").asText());
  }

  /** Creates an object. */
  public ObjectNode create(
      ResourceType type, String namespace, ObjectNode body, WriteOptions options) {
    return store.locked(() -> created(type, namespace, body.deepCopy(), options));
  }

  private ObjectNode created(
      ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
    Place place = prepared(type, namespace, object, options);
    ManagedFields managed = ManagedFields.of(Json.object(), type.apiVersion());
    Manager manager = new Manager(options.manager(), ManagedFields.UPDATE, "");
    managed.updated(manager, Json.object(), object, type.shape(), clock.instant());
    managed.writeTo(object);
    return added(place, object, options);
  }

  private ObjectNode added(Place place, ObjectNode object, WriteOptions options) {
    if (options.dryRun()) {
      return object;
    }
    ObjectNode stored = store.put(place.key(), object);
    deletion.collect();
    return stored;
  }

  /** Makes the object ready to be stored as a new one. */
  private Place prepared(
      ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
    fits(type, namespace, object);
    ObjectNode metadata = object.withObject("/metadata");
    OWN_METADATA.forEach(metadata::remove);
    if (!metadata.hasNonNull("name") && metadata.hasNonNull("generateName")) {
      String suffix = Integer.toString(36 * 36 * 36 * 36 + RANDOM.nextInt(1 << 24), 36);
      metadata.put("name", metadata.path("generateName").asText() + suffix);
    }
    Place place = new Place(type, namespace, metadata.path("name").asText(""));
    if (type.namespaced()) {
      metadata.put("namespace", namespace);
      namespaceUsable(place);
    }
    if (store.get(place.key()).isPresent()) {
      throw Refusal.exists(type, place.name());
    }
    if (type.status()) {
      object.remove(STATUS);
    }
    if (type.is("", "Namespace")) {
      object.withObject("/status").put("phase", "Active");
    }
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", time(clock.instant()));
    if (countsGenerations(type)) {
      metadata.put("generation", 1);
    }
    Admission.admit(type, object, Optional.empty(), options);
    return place;
  }

  private static void fits(ResourceType type, String namespace, ObjectNode object) {
    String kind = object.path("kind").asText("");
    String apiVersion = object.path("apiVersion").asText("");
    if (kind.isEmpty() && apiVersion.isEmpty()) {
      object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
    } else if (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion())) {
      throw Refusal.badRequest(
          "the object is a " + apiVersion + " " + kind + ", the path wants " + type.kind());
    }
    String said = object.path(METADATA).path("namespace").asText("");
    if (type.namespaced() && !said.isEmpty() && !said.equals(namespace)) {
      throw Refusal.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
  }

  private void namespaceUsable(Place place) {
    ResourceType namespaces = types.ofKind("v1", "Namespace").orElseThrow();
    Place namespace = new Place(namespaces, "", place.namespace());
    ObjectNode found = store.get(namespace.key()).orElseThrow(namespace::notFound);
    if (found.path(METADATA).has("deletionTimestamp")) {
      String why = "unable to create new content in namespace " + place.namespace();
      throw Refusal.forbidden(place.type(), place.name(), why + " because it is being terminated");
    }
  }

  static boolean countsGenerations(ResourceType type) {
    return type.schema().isPresent()
        || type.is("batch", "Job")
        || type.is("discovery.k8s.io", "EndpointSlice");
  }

  /** Replaces an object, or its status. */
  public ObjectNode replace(
      Place place, String subresource, ObjectNode body, WriteOptions options) {
    return store.locked(() -> {
      ObjectNode live = store.get(place.key()).orElseThrow(place::notFound);
      fits(place.type(), place.namespace(), body);
      if (!body.path(METADATA).hasNonNull("resourceVersion") && place.type().schema().isPresent()) {
        FieldProblem missing =
            FieldProblem.invalid(
                "metadata.resourceVersion", "0", "must be specified for an update");
        throw Refusal.invalid(place.type(), place.name(), List.of(missing));
      }
      return written(place, subresource, live, body.deepCopy(), options);
    });
  }

  /** Changes an object, or its status, by a function of what it is now. */
  public ObjectNode change(
      Place place, String subresource, UnaryOperator<ObjectNode> change, WriteOptions options) {
    return store.locked(() -> {
      ObjectNode live = store.get(place.key()).orElseThrow(place::notFound);
      return written(place, subresource, live, change.apply(live.deepCopy()), options);
    });
  }

  /** Server-side apply. */
  public ObjectNode apply(Place place, String subresource, ObjectNode body, WriteOptions options) {
    return store.locked(() -> {
      ObjectNode applied = body.deepCopy();
      fits(place.type(), place.namespace(), applied);
      if (applied.path(METADATA).path("managedFields").size() > 0) {
        throw Refusal.badRequest("metadata.managedFields must be nil");
      }
      applied.withObject("/metadata").put("name", place.name());
      boolean status = subresource.equals(STATUS);
      if (status) {
        applied.retain(List.of("apiVersion", "kind", METADATA, STATUS));
        ((ObjectNode) applied.get(METADATA))
            .retain(List.of("name", "namespace", "resourceVersion"));
      } else if (place.type().status()) {
        applied.remove(STATUS);
      }
      Optional<ObjectNode> live = store.get(place.key());
      if (live.isEmpty() && status) {
        throw place.notFound();
      }
      Manager manager = new Manager(options.manager(), ManagedFields.APPLY, subresource);
      ServerSideApply apply =
          new ServerSideApply(place.type(), manager, options.force(), clock.instant());
      if (live.isEmpty()) {
        return createdByApply(place, applied, apply, options);
      }
      ObjectNode merged = apply.apply(live.get(), applied);
      return committed(place, subresource, live.get(), merged, options);
    });
  }

  private ObjectNode createdByApply(
      Place place, ObjectNode applied, ServerSideApply apply, WriteOptions options) {
    ObjectNode fresh = applied.deepCopy();
    prepared(place.type(), place.namespace(), fresh, options);
    return added(place, apply.apply(fresh, applied), options);
  }

  private ObjectNode written(
      Place place, String subresource, ObjectNode live, ObjectNode next, WriteOptions options) {
    String seen = next.path(METADATA).path("resourceVersion").asText("");
    if (!seen.isEmpty() && !seen.equals(live.path(METADATA).path("resourceVersion").asText())) {
      throw Refusal.modified(place.type(), place.name());
    }
    String uid = next.path(METADATA).path("uid").asText("");
    if (!uid.isEmpty() && !uid.equals(live.path(METADATA).path("uid").asText())) {
      throw Refusal.conflict(place.type(), place.name(), "the UID in the precondition differs");
    }
    ObjectNode whole = Subresource.combined(place.type(), subresource, live, next);
    Admission.admit(place.type(), whole, Optional.of(live), options);
    ManagedFields managed = ManagedFields.of(live, place.type().apiVersion());
    Manager manager = new Manager(options.manager(), ManagedFields.UPDATE, subresource);
    managed.updated(manager, live, whole, place.type().shape(), clock.instant());
    managed.writeTo(whole);
    return stored(place, live, whole, options);
  }

  private ObjectNode committed(
      Place place, String subresource, ObjectNode live, ObjectNode next, WriteOptions options) {
    String seen = next.path(METADATA).path("resourceVersion").asText("");
    if (!seen.equals(live.path(METADATA).path("resourceVersion").asText())) {
      throw Refusal.modified(place.type(), place.name());
    }
    JsonNode owners = next.path(METADATA).path("managedFields");
    ObjectNode whole = Subresource.combined(place.type(), subresource, live, next);
    Admission.admit(place.type(), whole, Optional.of(live), options);
    ((ObjectNode) whole.get(METADATA)).set("managedFields", owners);
    return stored(place, live, whole, options);
  }

  private ObjectNode stored(Place place, ObjectNode live, ObjectNode next, WriteOptions options) {
    deletion.finalizersOnlyShrink(place, live, next);
    if (countsGenerations(place.type()) && Subresource.specDiffers(live, next)) {
      long generation = live.path(METADATA).path("generation").asLong();
      next.withObject("/metadata").put("generation", generation + 1);
    }
    if (next.equals(live) || options.dryRun()) {
      return next;
    }
    ObjectNode stored = store.put(place.key(), next);
    deletion.completeIfFree(place);
    return stored;
  }

  /** Deletes an object, or marks it where finalizers or a kubelet have a say. */
  public DeleteOutcome delete(Place place, DeleteOptions options) {
    return store.locked(() -> deletion.delete(place, options));
  }

  /** The version of the latest change. */
  public long version() {
    return store.version();
  }

  /** Waits for a change after this version, but not longer than this. */
  public void awaitChange(long since, Duration atMost) throws InterruptedException {
    store.awaitChange(since, atMost);
  }

  static List<String> ownMetadata() {
    return OWN_METADATA;
  }
}
