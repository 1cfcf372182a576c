package dev.loadline.operator.local.apiserver;

/**
 * A column of {@code kubectl get}.
 *
 * @param name heading
 * @param type {@code string}, {@code integer}, {@code number}, {@code boolean} or {@code date}
 * @param path simple JSON path such as {@code .status.phase}
 * @param priority 0 is always shown, more only with {@code -o wide}
 */
record Column(String name, String type, String path, int priority) {}
