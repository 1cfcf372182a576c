/**
 * The edge to Kubernetes: gather facts, ask the core, do what it decides, record it. The only
 * package that touches the client.
 */
@NullMarked
package dev.loadline.operator.kube;

import org.jspecify.annotations.NullMarked;
