package dev.loadline.runner.simulator;

/** A request that cannot be answered as asked. */
@SuppressWarnings("serial")
final class RefusedRequest extends RuntimeException {
  private final ApiError error;

  RefusedRequest(ApiError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  /** What the client is told. */
  ApiError error() {
    return error;
  }
}
