package dev.loadline.runner.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A certificate with its chain and its key, made by the JDK's keytool for one test. */
record Certificates(KeyStore store, String alias) {
  private static final String PASSWORD = "changeit";
  private static final List<String> EC = List.of("-keyalg", "EC", "-groupname", "secp256r1");

  /** A self-signed certificate for that name, for example {@code ip:127.0.0.1}. */
  static Certificates selfSigned(Path folder, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    return selfSigned(folder, name, EC);
  }

  /** One that was valid until yesterday, signed by a root in the same store. */
  static Certificates expired(Path folder, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("expired.p12");
    List<String> root = new ArrayList<>(EC);
    root.addAll(List.of("-ext", "bc:critical=ca:true", "-startdate", "-9d"));
    make(store, "root", root);
    List<String> options = new ArrayList<>(EC);
    options.addAll(List.of("-signer", "root", "-startdate", "-3d", "-validity", "2"));
    options.addAll(List.of("-ext", "san=" + name));
    make(store, "server", options);
    return of(store, "server");
  }

  /** One with these options of keytool, such as those of another kind of key. */
  static Certificates selfSigned(Path folder, String name, List<String> options)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve((name + options.hashCode()).replace(':', '-') + ".p12");
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("-ext", "san=" + name));
    make(store, "server", all);
    return of(store, "server");
  }

  /** One of a client, signed by a CA whose own certificate a root has signed. */
  static Certificates ofClient(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("client.p12");
    List<String> options = new ArrayList<>(EC);
    options.addAll(List.of("-ext", "bc:critical=ca:true"));
    make(store, "root", options);
    options.addAll(List.of("-signer", "root"));
    make(store, "ca", options);
    List<String> leaf = new ArrayList<>(EC);
    leaf.addAll(List.of("-signer", "ca", "-ext", "eku=clientAuth"));
    make(store, "client", leaf);
    return of(store, "client");
  }

  private static void make(Path store, String alias, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=test " + alias));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", store.toString()));
    command.addAll(options);
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }

  private static Certificates of(Path store, String alias)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new Certificates(keys, alias);
  }

  /** The same store's certificate of another name. */
  Certificates other(String name) {
    return new Certificates(store, name);
  }

  /** The certificate alone. */
  String pem() throws GeneralSecurityException {
    return pem("CERTIFICATE", store.getCertificate(alias).getEncoded());
  }

  /** The certificate and those that vouch for it, but for the root. */
  String chainPem() throws GeneralSecurityException {
    Certificate[] chain = store.getCertificateChain(alias);
    List<String> pems = new ArrayList<>();
    for (Certificate one : Arrays.copyOf(chain, Math.max(1, chain.length - 1))) {
      pems.add(pem("CERTIFICATE", one.getEncoded()));
    }
    return pems.stream().collect(Collectors.joining());
  }

  PrivateKey key() throws GeneralSecurityException {
    return (PrivateKey) store.getKey(alias, PASSWORD.toCharArray());
  }

  String keyPem() throws GeneralSecurityException {
    return pem("PRIVATE KEY", key().getEncoded());
  }

  static String pem(String what, byte[] der) {
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
  }

  /** Sockets of a server that has it and asks for no certificate. */
  ServerSocketFactory serverSockets() throws GeneralSecurityException {
    return sockets(Optional.empty(), "TLSv1.3", "TLSv1.2");
  }

  /** The same with these versions of TLS only. */
  ServerSocketFactory serverSockets(String... protocols) throws GeneralSecurityException {
    return sockets(Optional.empty(), protocols);
  }

  /** Sockets of a server that demands a certificate which that one has signed. */
  ServerSocketFactory demanding(Certificates root, String... protocols)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("root", root.store.getCertificate(root.alias));
    return sockets(Optional.of(trusted), protocols);
  }

  private ServerSocketFactory sockets(Optional<KeyStore> trusted, String... protocols)
      throws GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    TrustManager[] trust = null;
    if (trusted.isPresent()) {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted.get());
      trust = factory.getTrustManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust, null);
    return new Sockets(context.getServerSocketFactory(), trusted.isPresent(), protocols);
  }

  private static final class Sockets extends ServerSocketFactory {
    private final ServerSocketFactory factory;
    private final boolean demanding;
    private final String[] protocols;

    private Sockets(ServerSocketFactory factory, boolean demanding, String... protocols) {
      this.factory = factory;
      this.demanding = demanding;
      this.protocols = protocols;
    }

    private ServerSocket with(ServerSocket socket) {
      SSLServerSocket tls = (SSLServerSocket) socket;
      tls.setNeedClientAuth(demanding);
      tls.setEnabledProtocols(protocols);
      return tls;
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
      return with(factory.createServerSocket(port));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
      return with(factory.createServerSocket(port, backlog));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
        throws IOException {
      return with(factory.createServerSocket(port, backlog, address));
    }
  }
}
