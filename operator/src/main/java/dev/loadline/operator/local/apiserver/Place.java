package dev.loadline.operator.local.apiserver;

/**
 * Where an object is.
 *
 * @param namespace empty for kinds that have none
 */
public record Place(ResourceType type, String namespace, String name) {
  ObjectStore.Key key() {
    return new ObjectStore.Key(type.qualified(), namespace, name);
  }

  Refusal notFound() {
    return Refusal.notFound(type, name);
  }
}
