/**
 * What Prometheus sees: the results of each test's last run, at scrape time; health of the process.
 */
@NullMarked
package dev.loadline.operator.metrics;

import org.jspecify.annotations.NullMarked;
