/**
 * The two kinds as YAML shows them: records and annotations, no behaviour. An absent field is null
 * here and only here; {@code plan.TestPlan.parse} ends that.
 */
package dev.loadline.operator.api;
