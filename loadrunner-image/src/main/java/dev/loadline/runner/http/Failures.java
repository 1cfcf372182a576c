package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Says in one class and one sentence what went wrong on the way to a server and back. */
final class Failures {
  private Failures() {}

  /** A connection could not be established. */
  static Outcome.Failure ofConnecting(Throwable cause, Endpoint endpoint) {
    String where = endpoint.host() + " port " + endpoint.port();
    Optional<Outcome.Failure> local = ofThisMachine(cause);
    if (local.isPresent()) {
      return local.get();
    }
    if (says(cause, "timed out")) {
      return failure(ErrorClass.CONNECT_TIMEOUT, "Connecting to " + where + " timed out.");
    }
    if (says(cause, "refused")) {
      return failure(
          ErrorClass.CONNECT,
          where + " refused the connection: check that the server runs and listens there.");
    }
    if (find(cause, NoRouteToHostException.class).isPresent() || says(cause, "unreachable")) {
      return failure(
          ErrorClass.CONNECT, "There is no route to " + where + ": check address and network.");
    }
    if (endpoint.isTls() && find(cause, ConnectException.class).isEmpty()) {
      return ofTls(cause, endpoint);
    }
    return failure(ErrorClass.CONNECT, "Cannot connect to " + where + ": " + words(cause));
  }

  /** The TLS handshake failed. */
  private static Outcome.Failure ofTls(Throwable cause, Endpoint endpoint) {
    return failure(ErrorClass.TLS, "The TLS handshake failed: " + TlsWords.of(cause, endpoint));
  }

  /** A connection broke while a request was on its way or being answered. */
  static Outcome.Failure ofBreaking(Throwable cause) {
    Optional<Outcome.Failure> local = ofThisMachine(cause);
    if (local.isPresent()) {
      return local.get();
    }
    if (find(cause, SSLException.class).isPresent()) {
      return failure(
          ErrorClass.TLS, "TLS failed within the connection: " + TlsWords.ofAlert(words(cause)));
    }
    return find(cause, IOException.class).isPresent()
        ? failure(ErrorClass.RESET, "The connection was reset: " + words(cause))
        : failure(ErrorClass.BAD_RESPONSE, "The answer cannot be read: " + words(cause));
  }

  private static Optional<Outcome.Failure> ofThisMachine(Throwable cause) {
    if (says(cause, "cannot assign requested address")) {
      return Optional.of(
          failure(
              ErrorClass.CLIENT_PORTS,
              "This machine has no local port left for another connection: use more runners."));
    }
    return says(cause, "too many open files")
        ? Optional.of(
            failure(
                ErrorClass.CLIENT_PORTS,
                "This machine has no file descriptor left for another connection."))
        : Optional.empty();
  }

  private static boolean says(Throwable cause, String words) {
    return chain(cause)
        .map(Throwable::getMessage)
        .anyMatch(said -> said != null && said.toLowerCase(Locale.ROOT).contains(words));
  }

  static <T extends Throwable> Optional<T> find(Throwable cause, Class<T> type) {
    return chain(cause).filter(type::isInstance).map(type::cast).findFirst();
  }

  private static Stream<Throwable> chain(Throwable cause) {
    return Stream.iterate(cause, at -> at != null, Throwable::getCause).limit(10);
  }

  /** The innermost message, in one line. */
  static String words(Throwable cause) {
    String said =
        chain(cause)
            .map(Throwable::getMessage)
            .filter(message -> message != null && !message.isBlank())
            .reduce((outer, inner) -> inner)
            .orElse(cause.getClass().getSimpleName());
    return said.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  /** The host has no address, or the name server gave none. */
  static Outcome.Failure ofLookup(UnknownHostException cause, Endpoint endpoint) {
    return says(cause, "temporary failure")
        ? ofSilentNameServer(endpoint)
        : ofUnknownHost(endpoint);
  }

  /** The host has no address. */
  static Outcome.Failure ofUnknownHost(Endpoint endpoint) {
    return failure(
        ErrorClass.CONNECT, "The host name " + endpoint.host() + " is unknown: check the URL.");
  }

  /** Nobody knows whether the host has an address. */
  static Outcome.Failure ofSilentNameServer(Endpoint endpoint) {
    return failure(
        ErrorClass.CONNECT,
        "The name server did not answer in time for " + endpoint.host() + ": check DNS.");
  }

  /** No connection, or no TLS handshake, in time. */
  static Outcome.Failure ofConnectTimeout(Endpoint endpoint) {
    return failure(
        ErrorClass.CONNECT_TIMEOUT,
        "No connection to %s port %d within %s: check address, network policy and firewall."
            .formatted(endpoint.host(), endpoint.port(), time(endpoint.timeouts().connect())));
  }

  /** The answer points elsewhere; where to is shown without its query. */
  static Outcome.Failure ofRedirect(
      int status, HttpHeaders headers, UnaryOperator<String> redaction) {
    String location = headers.get(HttpHeaderNames.LOCATION, "");
    int query = location.indexOf('?');
    String where = redaction.apply(query < 0 ? location : location.substring(0, query));
    return failure(
        ErrorClass.BAD_RESPONSE,
        "The server redirects (HTTP %d%s), which is not followed: give the final URL."
            .formatted(status, where.isEmpty() ? "" : " to " + where));
  }

  /** False if the body is compressed. */
  static boolean isIdentity(HttpHeaders headers) {
    String coding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    return coding.isBlank() || coding.strip().equalsIgnoreCase("identity");
  }

  /** A time-out as a person would say it. */
  static String time(Duration duration) {
    long millis = duration.toMillis();
    long seconds = Math.round(millis / 1_000.0);
    return millis < 1_000 ? millis + " ms" : seconds + " s";
  }

  /** A failure in its class. */
  static Outcome.Failure failure(ErrorClass errorClass, String message) {
    return new Outcome.Failure(errorClass, message);
  }
}
