package dev.loadline.operator.chart;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds fields of a manifest that its Kubernetes type does not have: an API server drops them. */
public final class UnknownFields {
  private static final String MODEL = "io.fabric8.kubernetes.api.model";
  private static final String UNKNOWN = "additionalProperties";

  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  /** Paths of all unknown fields. */
  public static List<String> of(Object manifest) {
    UnknownFields walk = new UnknownFields();
    walk.visit(manifest, manifest.getClass().getSimpleName());
    return walk.found;
  }

  private void visit(Object value, String path) {
    switch (value) {
      case null -> {}
      // A type without a class: whoever knows its schema must check it.
      case GenericKubernetesResource ignored -> {}
      case Collection<?> items -> items.forEach(item -> visit(item, path + "[]"));
      case Map<?, ?> entries -> entries.forEach((key, entry) -> visit(entry, path + "." + key));
      default -> {
        for (Class<?> type = value.getClass();
            type != null && type.getName().startsWith(MODEL);
            type = type.getSuperclass()) {
          fields(type, value, path);
        }
      }
    }
  }

  private void fields(Class<?> type, Object value, String path) {
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || type.isEnum()) {
        continue;
      }
      Object inner = read(field, value);
      if (field.getName().startsWith(UNKNOWN) && inner instanceof Map<?, ?> unknown) {
        unknown.keySet().forEach(name -> found.add(path + "." + name));
      } else {
        visit(inner, path + "." + field.getName());
      }
    }
  }

  private static Object read(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
