package dev.loadline.runner.http;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What has gone wrong with TLS, as a user can act on it; each is the end of a sentence. */
final class TlsWords {
  private static final Pattern ALERT = Pattern.compile("[Ff]atal alert: ([a-z_]+)");
  private static final String CERTIFICATE = "the server's certificate ";

  private TlsWords() {}

  /** Why a handshake failed. */
  static String of(Throwable cause, Endpoint endpoint) {
    if (Failures.find(cause, SSLException.class).isEmpty()) {
      return "the connection was closed within the handshake.";
    }
    if (Failures.find(cause, CertificateExpiredException.class).isPresent()) {
      return CERTIFICATE + "has expired.";
    }
    if (Failures.find(cause, CertificateNotYetValidException.class).isPresent()) {
      return CERTIFICATE + "is not valid yet: check it and the clocks.";
    }
    String said = Failures.words(cause);
    if (said.contains("not an SSL/TLS record")) {
      return "the server does not speak TLS on this port.";
    }
    if (said.contains("unable to find valid certification path") || said.contains("PKIX path")) {
      return CERTIFICATE + "is not trusted. Give the CA's certificates in tls.caBundle.";
    }
    if (said.contains("No name matching") || said.contains("No subject alternative")) {
      return CERTIFICATE
          + "is not for "
          + endpoint.tls().nameOf(endpoint.host())
          + ". Give a name that it bears in tls.serverName, or use it in the URL.";
    }
    return ofAlert(said);
  }

  /**
   * The same of an alert that the server has sent, in the handshake or, with TLS 1.3, after it:
   * there the server judges the client's certificate when the client is already done.
   */
  static String ofAlert(String said) {
    Matcher alert = ALERT.matcher(said);
    if (!alert.find()) {
      return said.endsWith(".") ? said : said + ".";
    }
    String name = alert.group(1);
    return switch (name) {
      case "certificate_required" ->
          "the server asks for a client certificate"
              + " (certificate_required). Give one in tls.clientCertificateSecretName.";
      case "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "unknown_ca",
          "access_denied" ->
          "the server refuses the client's certificate, or asks for one (%s).".formatted(name)
              + " Check tls.clientCertificateSecretName.";
      case "unrecognized_name" ->
          "the server does not know the name (unrecognized_name). Check tls.serverName.";
      case "handshake_failure" ->
          "the server ended it (handshake_failure). Perhaps it asks for a client certificate"
              + " (tls.clientCertificateSecretName), or has no protocol or cipher in common.";
      default -> "the server ended it (" + name + ").";
    };
  }
}
