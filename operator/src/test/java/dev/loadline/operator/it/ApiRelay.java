package dev.loadline.operator.it;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * A way to the API server on which it is seen what one client writes: plain on this side, TLS on
 * the other, byte for byte in between.
 */
final class ApiRelay implements AutoCloseable {
  private static final Pattern WRITE =
      Pattern.compile("(?:POST|PUT|PATCH|DELETE) (/\\S+) HTTP/1.1\r\n");
  private static final int CHUNK = 65536;

  private final ServerSocket listening;
  private final URI server;
  private final SSLSocketFactory tls;
  private final List<String> writes = new CopyOnWriteArrayList<>();

  /** To the API server of this configuration, which must present nobody's certificate. */
  ApiRelay(Config config) throws IOException, GeneralSecurityException {
    this.server = URI.create(config.getMasterUrl());
    this.tls = SSLUtils.sslContext(config).getSocketFactory();
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** What a client connects to. */
  String address() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Every write that was sent so far, but for those of leases. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket near = listening.accept();
        int port = server.getPort() < 0 ? 443 : server.getPort();
        Socket far = tls.createSocket(server.getHost(), port);
        Thread.ofVirtual().start(() -> copy(near, far, true));
        Thread.ofVirtual().start(() -> copy(far, near, false));
      } catch (IOException closed) {
        // The client sees a connection that ends, and opens another one.
      }
    }
  }

  private void copy(Socket from, Socket to, boolean outward) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (outward) {
          note(new String(chunk, 0, read, StandardCharsets.ISO_8859_1));
        }
        out.write(chunk, 0, read);
        out.flush();
      }
    } catch (IOException ended) {
      // Both ends are closed.
    }
  }

  private void note(String sent) {
    WRITE
        .matcher(sent)
        .results()
        .filter(write -> !write.group(1).contains("/leases"))
        .forEach(write -> writes.add(write.group().strip()));
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
