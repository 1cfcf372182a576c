package dev.loadline.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Map;

/** The server of known timing as a process of its own. */
final class ServerProcess implements AutoCloseable {
  private final Program program;
  private final BufferedReader answers;
  private final Writer questions;
  private final int port;

  /** Starts it and waits until it listens. */
  ServerProcess(String cpu, Java java, Path log) throws IOException {
    program = Program.start(cpu, java.benchmark("--server"), Map.of(), log, true);
    answers = program.process().inputReader();
    questions = program.process().outputWriter();
    port = Integer.parseInt(answer());
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the server has ended: " + program.logText());
    }
    return line;
  }

  private Truth ask(String question) throws IOException {
    questions.write(question + "\n");
    questions.flush();
    return Truth.of(answer());
  }

  /** What it did since it forgot. */
  Truth read() throws IOException {
    return ask("read");
  }

  /** The same, and forgets it. */
  Truth reset() throws IOException {
    return ask("reset");
  }

  /** Its port on the loopback address. */
  int port() {
    return port;
  }

  /** The base URL of its API for a script. */
  String url(Script script) {
    return "http://127.0.0.1:" + port + script.path();
  }

  Program program() {
    return program;
  }

  @Override
  public void close() {
    program.close();
  }
}
