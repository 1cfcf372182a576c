/**
 * A small API server in this process: what an operator and {@code kubectl apply, get, describe,
 * delete, wait} need, and no more. It knows nothing of load tests: kinds come from CRDs.
 */
@NullMarked
package dev.loadline.operator.local.apiserver;

import org.jspecify.annotations.NullMarked;
