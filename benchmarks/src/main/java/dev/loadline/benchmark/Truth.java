package dev.loadline.benchmark;

import java.util.List;

/**
 * What the server did since it was told to forget.
 *
 * @param nanos when this was read, on the monotonic clock that all processes of a machine share
 * @param events token events written
 * @param requests requests that came
 * @param firstRequestNanos when the first of them came
 * @param firstP50Micros median of the time from a request to its first token's write, of those that
 *     have come and were answered since
 * @param firstP99Micros its 99th percentile
 */
record Truth(
    long nanos,
    long events,
    long requests,
    long firstRequestNanos,
    long firstP50Micros,
    long firstP99Micros) {
  /** As one line. */
  String line() {
    return "%d %d %d %d %d %d"
        .formatted(nanos, events, requests, firstRequestNanos, firstP50Micros, firstP99Micros);
  }

  /** Reads what {@link #line} wrote. */
  static Truth of(String line) {
    List<Long> numbers = List.of(line.split(" ", -1)).stream().map(Long::valueOf).toList();
    return new Truth(
        numbers.get(0),
        numbers.get(1),
        numbers.get(2),
        numbers.get(3),
        numbers.get(4),
        numbers.get(5));
  }
}
