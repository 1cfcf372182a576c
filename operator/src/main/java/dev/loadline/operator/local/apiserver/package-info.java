/**
 * A small API server in this process: what an operator and {@code kubectl apply, get, describe,
 * delete, wait} need, and no more. It knows nothing of load tests: kinds come from CRDs.
 *
 * <p>Where it differs from a cluster: built-in kinds are not validated and get no defaults; a
 * strategic merge patch replaces lists as a whole; unknown fields are dropped without a warning
 * unless the request asks for strict validation; what follows from a deletion happens at once;
 * lists come whole, without pages; every holder of the token may do everything.
 */
@NullMarked
package dev.loadline.operator.local.apiserver;

import org.jspecify.annotations.NullMarked;
