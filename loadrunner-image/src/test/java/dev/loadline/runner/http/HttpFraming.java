package dev.loadline.runner.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;

/** An answer: a body in one of the three ways in which HTTP/1.1 frames it. */
final class HttpFraming {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nserver: uvicorn\r\ncontent-type: text/event-stream; charset=utf-8\r\n";

  private final ByteArrayOutputStream http = new ByteArrayOutputStream();
  private final int[] positions;

  /** Frames the body; one that breaks off lacks what would end it. */
  HttpFraming(byte[] body, boolean properly, Random random) {
    positions = new int[body.length];
    switch (random.nextInt(properly ? 3 : 2)) {
      case 0 -> chunked(body, properly, random);
      case 1 -> {
        int promised = body.length + (properly ? 0 : 1 + random.nextInt(100));
        write(HEAD + "content-length: " + promised + "\r\n\r\n");
        write(body, 0, body.length);
      }
      default -> {
        write(HEAD + "connection: close\r\n\r\n");
        write(body, 0, body.length);
      }
    }
  }

  /** The answer's bytes. */
  byte[] bytes() {
    return http.toByteArray();
  }

  /** Where in it a byte of the body lies. */
  int position(int ofBody) {
    return positions[ofBody];
  }

  private void chunked(byte[] body, boolean properly, Random random) {
    write(HEAD + "transfer-encoding: chunked\r\n\r\n");
    int most = 1 + random.nextInt(random.nextBoolean() ? 20 : 20_000);
    int from = 0;
    while (from < body.length) {
      int size = Math.min(body.length - from, 1 + random.nextInt(most));
      write(Integer.toHexString(size) + (random.nextInt(10) == 0 ? ";x=\"y\"" : "") + "\r\n");
      write(body, from, size);
      from += size;
      write(properly || from < body.length ? "\r\n" : "");
    }
    write(properly ? "0\r\n" + (random.nextInt(10) == 0 ? "x-t: 1\r\n" : "") + "\r\n" : "");
  }

  private void write(String ascii) {
    http.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  private void write(byte[] body, int from, int size) {
    for (int i = 0; i < size; i++) {
      positions[from + i] = http.size() + i;
    }
    http.write(body, from, size);
  }

  /** Where the reads end, by one of several ways to cut. */
  static int[] cuts(byte[] http, Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> new int[0];
      case 1 -> every(http.length, 1 + random.nextInt(9));
      case 2 -> every(http.length, 1 + random.nextInt(2_000));
      case 3 -> around(http, random, true);
      case 4 -> around(http, random, false);
      default -> random.ints(1 + random.nextInt(30), 1, http.length).sorted().distinct().toArray();
    };
  }

  private static int[] every(int length, int step) {
    int least = Math.max(step, length / 4_000);
    return IntStream.iterate(least, at -> at < length, at -> at + least).toArray();
  }

  /** Before and behind line ends, or inside characters. */
  private static int[] around(byte[] http, Random random, boolean lineEnds) {
    return IntStream.range(1, http.length)
        .filter(at -> lineEnds ? isLineEnd(http[at]) || http[at - 1] == '\r' : http[at] < 0)
        .filter(at -> random.nextInt(3) != 0)
        .toArray();
  }

  private static boolean isLineEnd(byte c) {
    return c == '\r' || c == '\n';
  }
}
