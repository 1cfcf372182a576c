package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A cache that a test fills, with indexes as the framework's; what its own writes told may be newer
 * than what the indexes know.
 */
final class IndexedObjects<T extends HasMetadata> implements IndexerResourceCache<T> {
  private final Map<String, Function<T, List<String>>> indexers = new LinkedHashMap<>();
  private final Map<String, Map<ResourceID, T>> index = new ConcurrentHashMap<>();
  private final Map<ResourceID, T> watched = new ConcurrentHashMap<>();
  private final Map<ResourceID, T> written = new ConcurrentHashMap<>();
  final AtomicLong reads = new AtomicLong();

  /** The watch has told of this state. */
  void watched(T object) {
    gone(object);
    watched.put(ResourceID.fromResource(object), object);
    written.remove(ResourceID.fromResource(object));
    keys(object)
        .forEach(key ->
            index
                .computeIfAbsent(key, ignored -> new ConcurrentHashMap<>())
                .put(ResourceID.fromResource(object), object));
  }

  /** The program itself has written this state, of which the watch has yet to tell. */
  void written(T object) {
    written.put(ResourceID.fromResource(object), object);
  }

  void gone(T object) {
    ResourceID id = ResourceID.fromResource(object);
    written.remove(id);
    Optional.ofNullable(watched.remove(id))
        .ifPresent(old -> keys(old).forEach(key -> index.getOrDefault(key, Map.of()).remove(id)));
  }

  private Stream<String> keys(T object) {
    return indexers.entrySet().stream()
        .flatMap(indexer ->
            indexer.getValue().apply(object).stream().map(key -> indexer.getKey() + "/" + key));
  }

  @Override
  public void addIndexers(Map<String, Function<T, List<String>>> more) {
    indexers.putAll(more);
  }

  @Override
  public List<T> byIndex(String name, String key) {
    List<T> found = List.copyOf(index.getOrDefault(name + "/" + key, Map.of()).values());
    reads.addAndGet(found.size());
    return found;
  }

  @Override
  public Optional<T> get(ResourceID id) {
    reads.incrementAndGet();
    return Optional.ofNullable(written.get(id)).or(() -> Optional.ofNullable(watched.get(id)));
  }

  @Override
  public Stream<ResourceID> keys() {
    return watched.keySet().stream();
  }

  @Override
  public Stream<T> list(Predicate<T> predicate) {
    return watched.values().stream().filter(predicate);
  }

  @Override
  public Stream<T> list(String namespace, Predicate<T> predicate) {
    return list(predicate.and(object -> object.getMetadata().getNamespace().equals(namespace)));
  }
}
