/**
 * When a test is due: cron expressions exactly as Kubernetes' CronJob reads them, and the decision
 * what to start, what to give up and when to look again. Pure: the present is an argument.
 */
@NullMarked
package dev.loadline.operator.schedule;

import org.jspecify.annotations.NullMarked;
