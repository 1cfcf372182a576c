/** How a run shows itself while it runs: log lines, a bar on a terminal, a page of metrics. */
@NullMarked
package dev.loadline.runner.progress;

import org.jspecify.annotations.NullMarked;
