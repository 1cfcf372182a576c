package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How the load runner itself fared; the worst of the stages, counts of all. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GeneratorStatus(
    @JsonPropertyDescription("Event loops that carried the load.") Integer loops,
    @JsonPropertyDescription("99th percentile of the delay of a tick on the worst of them, µs.")
        Long loopDelayP99Micros,
    @JsonPropertyDescription("CPU time of the process ÷ (window × loops).") String cpuShare,
    @JsonPropertyDescription("CPU time of the busiest event loop ÷ window.") String busyShare,
    @JsonPropertyDescription("CPU time of the machine that its hypervisor gave to others.")
        String stealShare,
    @JsonPropertyDescription("Time spent in garbage collection, milliseconds.") Long gcPauseMillis,
    @JsonPropertyDescription("Longest pause of it, milliseconds.") Long longestGcPauseMillis,
    @JsonPropertyDescription("Periods in which the CPU limit stopped the runner.")
        Integer throttledPeriods,
    @JsonPropertyDescription(
            "Kept-alive connections that died before a response byte and were replaced.")
        Long reconnects) {}
