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
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * A way to the API server on which it is seen what one client writes: plain on this side, TLS on
 * the other, byte for byte in between. It can be cut, as a network is: connections stay, what is on
 * the way arrives when it is mended, and not before.
 */
final class ApiRelay implements AutoCloseable {
  private static final Pattern WRITE =
      Pattern.compile("(?:POST|PUT|PATCH|DELETE) (/\\S+) HTTP/1.1\r\n");
  private static final int CHUNK = 65536;

  private final ServerSocket listening;
  private final URI server;
  private final SSLSocketFactory tls;
  private final List<String> writes = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch whole = new CountDownLatch(0);

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

  /** From now on nothing gets through, in neither direction. */
  void cut() {
    whole = new CountDownLatch(1);
  }

  /** What was held up gets through, and whatever comes. */
  void mend() {
    whole.countDown();
  }

  /** Every write that got through so far, but for those of leases. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket near = listening.accept();
        Thread.ofVirtual().start(() -> connect(near));
      } catch (IOException closed) {
        // Nobody can connect any more.
      }
    }
  }

  private void connect(Socket near) {
    try {
      whole.await();
      int port = server.getPort() < 0 ? 443 : server.getPort();
      Socket far = tls.createSocket(server.getHost(), port);
      Thread.ofVirtual().start(() -> copy(near, far, true));
      Thread.ofVirtual().start(() -> copy(far, near, false));
    } catch (IOException closed) {
      // The client sees a connection that ends, and opens another one.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void copy(Socket from, Socket to, boolean outward) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        whole.await();
        if (outward) {
          note(new String(chunk, 0, read, StandardCharsets.ISO_8859_1));
        }
        out.write(chunk, 0, read);
        out.flush();
      }
    } catch (IOException ended) {
      // Both ends are closed.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
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
