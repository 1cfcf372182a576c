package dev.loadline.runner.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes bytes and pieces of answers. */
final class AnswerMutation {
  private static final List<String> FRAGMENTS =
      List.of(
          "data: ",
          "data:",
          "\n\n",
          "\r\n\r\n",
          "\r",
          "[DONE]",
          "{\"choices\":[",
          "]}",
          "{",
          "}",
          "\"delta\":{\"content\":\"x\"}",
          "\"usage\":{\"completion_tokens\":99999999999}",
          "\"error\":null",
          "\"error\":{}",
          "null",
          "\u00ef\u00bb\u00bf",
          "\u00ff",
          "0\r\n\r\n",
          "ffffffff\r\n",
          "event: error\n",
          "error: {}\n\n",
          "\"finish_reason\":\"abort\"",
          ":");

  private AnswerMutation() {}

  /** Pieces of answers in any order, in Latin-1. */
  static String pieces(Random random) {
    StringBuilder body = new StringBuilder();
    random
        .ints(random.nextInt(60), 0, FRAGMENTS.size())
        .forEach(fragment -> body.append(FRAGMENTS.get(fragment)));
    return body.toString();
  }

  /** The answer with one to five changes, most of them in its body. */
  static byte[] mutate(byte[] answer, Random random) {
    byte[] http = answer;
    int changes = 1 + random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      int head = new String(http, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
      int least = random.nextInt(8) == 0 ? 0 : Math.max(0, Math.min(head, http.length));
      int at = least + random.nextInt(Math.max(1, http.length - least));
      int to = Math.min(http.length, at + random.nextInt(60));
      byte[] change =
          switch (random.nextInt(5)) {
            case 0 -> new byte[] {(byte) random.nextInt(256)};
            case 1 ->
                FRAGMENTS
                    .get(random.nextInt(FRAGMENTS.size()))
                    .getBytes(StandardCharsets.ISO_8859_1);
            case 2 -> Arrays.copyOfRange(http, at, to);
            case 3 -> new byte[0];
            default -> Arrays.copyOfRange(http, Math.min(head, at), at);
          };
      ByteArrayOutputStream next = new ByteArrayOutputStream();
      next.write(http, 0, at);
      next.writeBytes(change);
      int rest = random.nextInt(10) == 0 ? http.length : random.nextBoolean() ? at : to;
      next.write(http, rest, http.length - rest);
      http = next.toByteArray();
    }
    return http;
  }
}
