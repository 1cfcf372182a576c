package dev.loadline.runner.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;

/** A server on a raw socket that does with each connection what a script says. */
final class ScriptedServer implements AutoCloseable {
  /** What happens on one connection. */
  interface Script {
    void play(Peer peer) throws IOException, InterruptedException;
  }

  /** The server's end of one connection. */
  static final class Peer {
    private final Socket socket;
    private final int number;
    private final ScriptedServer server;

    private Peer(ScriptedServer server, Socket socket, int number) {
      this.server = server;
      this.socket = socket;
      this.number = number;
    }

    /** 1 for the first connection. */
    int number() {
      return number;
    }

    /** Reads one request and returns its head; empty at the end of the connection. */
    String request() throws IOException {
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int c = in.read();
        if (c < 0) {
          return "";
        }
        head.write(c);
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      int length =
          text.lines()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
              .map(line -> Integer.parseInt(line.substring(15).strip()))
              .findFirst()
              .orElse(0);
      server.bodies.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
      server.requests.add(text);
      return text;
    }

    /** Sends these bytes, each character one. */
    void send(String latin1) throws IOException {
      send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }

    /** Status line and header lines. */
    void head(int status, String... lines) throws IOException {
      send("HTTP/1.1 " + status + " Whatever\r\n" + String.join("\r\n", lines) + "\r\n\r\n");
    }

    /** An answer of that status and content type with a length. */
    void answer(int status, String contentType, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      head(status, "Content-Type: " + contentType, "Content-Length: " + bytes.length);
      send(bytes);
    }

    /** The head of a chunked event stream. */
    void streamHead() throws IOException {
      head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
    }

    void chunk(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream chunk = new ByteArrayOutputStream();
      chunk.writeBytes(
          (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunk.writeBytes(bytes);
      chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      send(chunk.toByteArray());
    }

    void lastChunk() throws IOException {
      send("0\r\n\r\n");
    }

    /** A whole good stream of that many token events. */
    void stream(int tokens) throws IOException {
      streamHead();
      for (int i = 0; i < tokens; i++) {
        chunk("data: {\"choices\":[{\"delta\":{\"content\":\"t" + i + "\"}}]}\n\n");
      }
      chunk("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n");
      chunk(
          "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":"
              + tokens
              + "}}\n\n");
      chunk("data: [DONE]\n\n");
      lastChunk();
    }

    /** Says that nothing more will come, and stays open to read. */
    void endOutput() throws IOException {
      socket.shutdownOutput();
    }

    /** Closes with RST instead of FIN. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    void close() throws IOException {
      socket.close();
    }

    /** Waits until the client has closed its end, or the server is closed. */
    void awaitEnd() throws IOException {
      while (socket.getInputStream().read() >= 0) {
        // What comes is of no interest.
      }
    }
  }

  private final ServerSocket listener;
  private final Script script;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  private final List<String> sessions = Collections.synchronizedList(new ArrayList<>());
  private final List<String> protocols = Collections.synchronizedList(new ArrayList<>());
  private final List<String> serverNames = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ScriptedServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    threads.execute(this::accept);
  }

  static ScriptedServer start(Script script) throws IOException {
    return start(ServerSocketFactory.getDefault(), script);
  }

  static ScriptedServer start(ServerSocketFactory factory, Script script) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new ScriptedServer(factory.createServerSocket(0, 200, loopback), script);
  }

  private void accept() {
    while (closed.getCount() > 0) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        Peer peer = new Peer(this, socket, connections.incrementAndGet());
        threads.execute(() -> play(peer));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void play(Peer peer) {
    try (Socket _ = peer.socket) {
      if (peer.socket instanceof SSLSocket tls) {
        note(tls);
      }
      script.play(peer);
    } catch (IOException e) {
      // The client has gone, which some tests want.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the handshake, which is waited for, has come to; it has no peer if it failed. */
  private void note(SSLSocket tls) {
    if (tls.getSession() instanceof ExtendedSSLSession session && session.isValid()) {
      sessions.add(HexFormat.of().formatHex(session.getId()));
      protocols.add(session.getProtocol());
      session.getRequestedServerNames().stream()
          .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
          .forEach(serverNames::add);
    }
  }

  /** Ids of the TLS sessions, one for each connection. */
  List<String> sessions() {
    return List.copyOf(sessions);
  }

  /** Versions of TLS, one for each connection. */
  List<String> protocols() {
    return List.copyOf(protocols);
  }

  /** Names that connections asked for (SNI). */
  List<String> serverNames() {
    return List.copyOf(serverNames);
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** Heads of all requests so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Bodies of all requests so far, empty ones included. */
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (Socket socket : List.copyOf(sockets)) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
