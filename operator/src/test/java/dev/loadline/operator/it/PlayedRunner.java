package dev.loadline.operator.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A load runner that only plays one, in the load runner's image: for ends that the real one does
 * not come to by itself. Its part is the variable {@code PLAY}, steps with a comma between: {@code
 * ready} (as if it sent load), {@code wait SECONDS}, {@code say WORDS}, {@code result} (writes the
 * variable {@code RESULT} as its termination message), {@code deaf} (does not end when told to),
 * {@code fill} (takes memory until it is killed), {@code exit CODE}. Needs nothing but the JDK.
 */
public final class PlayedRunner {
  private static final int METRICS_PORT = 8080;
  private static final int PIECE = 1 << 20;
  private static final AtomicBoolean READY = new AtomicBoolean();

  private PlayedRunner() {}

  /** Plays its part. */
  public static void main(String... ignored) throws IOException, InterruptedException {
    Thread.ofPlatform().daemon().start(PlayedRunner::answerProbes);
    for (String step : System.getenv().getOrDefault("PLAY", "").split(",", -1)) {
      String[] words = step.strip().split(" ", 2);
      play(words[0], words.length > 1 ? words[1] : "");
    }
  }

  private static void play(String step, String words) throws IOException, InterruptedException {
    switch (step) {
      case "ready" -> READY.set(true);
      case "wait" -> Thread.sleep(Long.parseLong(words) * 1000);
      case "say" -> System.out.println(words);
      case "result" ->
          Files.writeString(
              Path.of("/dev/termination-log"), System.getenv().getOrDefault("RESULT", ""));
      case "deaf" ->
          Runtime.getRuntime().addShutdownHook(new Thread(PlayedRunner::waitForEver, "deaf"));
      case "fill" -> fill();
      case "exit" -> Runtime.getRuntime().halt(Integer.parseInt(words));
      default -> throw new IllegalArgumentException("unknown step: " + step);
    }
  }

  private static void waitForEver() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException impossible) {
      Thread.currentThread().interrupt();
    }
  }

  private static void fill() {
    List<byte[]> taken = new ArrayList<>();
    while (true) {
      byte[] piece = new byte[PIECE];
      for (int i = 0; i < PIECE; i += 4096) {
        piece[i] = 1;
      }
      taken.add(piece);
      System.out.println("holds " + taken.size() + " MiB");
    }
  }

  private static void answerProbes() {
    try (ServerSocket server = new ServerSocket(METRICS_PORT)) {
      while (true) {
        try (Socket probe = server.accept()) {
          InputStream request = probe.getInputStream();
          byte[] some = new byte[4096];
          if (request.read(some) > 0) {
            String status = READY.get() ? "200 OK" : "503 Service Unavailable";
            String answer = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
            probe.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          }
        }
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
