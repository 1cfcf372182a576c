package dev.loadline.runner.http;

import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import java.util.function.Consumer;

/** One request on its way: what is sent, what is measured, and whom to tell when it has ended. */
record Exchange(
    RequestBody body, RequestTimeline timeline, TokenGaps gaps, Consumer<RequestTimeline> done) {}
