package dev.loadline.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.EventLoops;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TimedServerTest {
  private static final Pattern INSTANT = Pattern.compile("chatcmpl-([fl])([0-9a-f]{16})\"");

  @Test
  void eachTokenBearsTheInstantOfItsWriteAndNoneComesTooEarly() throws IOException {
    Script script = new Script(Duration.ofMillis(20), Duration.ZERO, Duration.ofMillis(2), 10);
    try (EventLoops loops = EventLoops.start(1, "server")) {
      TimedServer server = new TimedServer(loops.all().getFirst());
      long sent = System.nanoTime();
      String answer = answer(server.listen(loops), script);
      long received = System.nanoTime();

      List<Long> instants =
          INSTANT.matcher(answer).results().map(m -> Long.parseLong(m.group(2), 16)).toList();
      assertThat(instants).hasSize(10).isSorted();
      assertThat(instants.getFirst() - sent).isGreaterThanOrEqualTo(20_000_000);
      assertThat(instants.getLast() - sent).isGreaterThanOrEqualTo(38_000_000);
      assertThat(instants.getLast()).isLessThan(received);
      assertThat(INSTANT.matcher(answer).results().map(m -> m.group(1)).distinct())
          .containsExactly("f", "l");
      assertThat(server.truth(true).events()).isEqualTo(10);
      assertThat(server.truth(false).events()).isZero();
    }
  }

  @Test
  void theTruthIsOfRequestsThatCameAndWereAnsweredSince() throws IOException {
    Script quick = new Script(Duration.ofMillis(1), Duration.ZERO, Duration.ofMillis(5), 400);
    Script slow = new Script(Duration.ofMillis(50), Duration.ZERO, Duration.ofMillis(1), 2);
    try (EventLoops loops = EventLoops.start(1, "server")) {
      TimedServer server = new TimedServer(loops.all().getFirst());
      int port = server.listen(loops);
      try (Socket socket = request(port, quick)) {
        InputStream answer = socket.getInputStream();
        answer.readNBytes(400);
        assertThat(server.truth(true).firstP50Micros()).isZero();
        answer(port, slow);
        readToEnd(answer);
        assertThat(server.truth(false).firstP50Micros()).isGreaterThanOrEqualTo(50_000);
      }
    }
  }

  @Test
  void aQuestionHowManyTokensAPromptHasIsNoRequestOfTheLoad() throws IOException {
    Script never = new Script(Duration.ofDays(1), Duration.ZERO, Duration.ofDays(1), 2);
    try (EventLoops loops = EventLoops.start(1, "server")) {
      TimedServer server = new TimedServer(loops.all().getFirst());
      int port = server.listen(loops);
      try (Socket socket = request(port, never, "{\"max_tokens\":1,\"stream\":true}")) {
        assertThat(readToEnd(socket.getInputStream()))
            .contains("\"completion_tokens\":1}")
            .doesNotContainPattern(INSTANT);
      }
      assertThat(server.truth(false).requests()).isZero();
    }
  }

  @Test
  void aScriptIsReadFromTheBasePathThatItWrites() {
    Script script =
        new Script(Duration.ofMillis(200), Duration.ofNanos(1), Duration.ofMillis(20), 64);

    assertThat(Script.of(script.path() + "/chat/completions")).isEqualTo(script);
    assertThat(Script.of(script.path())).isEqualTo(script);
  }

  private static String answer(int port, Script script) throws IOException {
    try (Socket socket = request(port, script)) {
      return readToEnd(socket.getInputStream());
    }
  }

  private static Socket request(int port, Script script) throws IOException {
    return request(port, script, "{}");
  }

  private static Socket request(int port, Script script, String body) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    String request =
        "POST %s/chat/completions HTTP/1.1\r\ncontent-length: %d\r\n\r\n%s"
            .formatted(script.path(), body.length(), body);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String readToEnd(InputStream in) throws IOException {
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n0\r\n\r\n") < 0) {
      answer.append((char) in.read());
    }
    return answer.toString();
  }
}
