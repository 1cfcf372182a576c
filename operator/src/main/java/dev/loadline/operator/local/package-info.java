/**
 * Local mode: the same YAML without a cluster. The real operator on a small API server, the real
 * load runner as a process. Nothing but {@code Main} and tests may depend on this package.
 */
@NullMarked
package dev.loadline.operator.local;

import org.jspecify.annotations.NullMarked;
