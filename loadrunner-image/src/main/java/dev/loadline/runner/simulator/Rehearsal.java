package dev.loadline.runner.simulator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some thousand events before the first real request: a JVM that has just started would send its
 * first tokens tens of milliseconds late.
 */
final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final int CONNECTIONS = 4;
  private static final int REQUESTS = 32;
  private static final int TIMEOUT_MILLIS = 5_000;
  private static final String END = "\r\n0\r\n\r\n";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"one two three\"}],\"max_tokens\":40,"
          + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final byte[] REQUEST =
      ("POST /v1/chat/completions HTTP/1.1\r\nhost: rehearsal\r\ncontent-length: "
              + BODY.length()
              + "\r\n\r\n"
              + BODY)
          .getBytes(StandardCharsets.US_ASCII);

  private Rehearsal() {}

  /** Runs a simulator of its own under load until it has answered; takes about half a second. */
  static void run() {
    SimulatorSettings settings = SimulatorSettings.parse("--port=0", "--ttft=1ms", "--itl=100us");
    try (Simulator simulator = Simulator.start(settings)) {
      List<Socket> connections = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        connections.add(connect(simulator.root().getPort()));
      }
      for (Socket connection : connections) {
        awaitAnswers(connection.getInputStream());
        connection.close();
      }
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("the rehearsal failed; the first answers may be late");
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket connection = new Socket(InetAddress.getLoopbackAddress(), port);
    connection.setSoTimeout(TIMEOUT_MILLIS);
    for (int i = 0; i < REQUESTS; i++) {
      connection.getOutputStream().write(REQUEST);
    }
    return connection;
  }

  private static void awaitAnswers(InputStream stream) throws IOException {
    InputStream in = new BufferedInputStream(stream);
    int ends = 0;
    int matched = 0;
    while (ends < REQUESTS) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      matched = next == END.charAt(matched) ? matched + 1 : next == END.charAt(0) ? 1 : 0;
      if (matched == END.length()) {
        ends++;
        matched = 0;
      }
    }
  }
}
