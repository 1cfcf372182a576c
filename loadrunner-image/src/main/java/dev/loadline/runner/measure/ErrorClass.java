package dev.loadline.runner.measure;

/**
 * Why a request did not succeed; exactly one per failed request. The wire names are part of the
 * result's contract.
 */
public enum ErrorClass {
  /** Any 4xx answer without a class of its own. */
  HTTP_4XX("http_4xx"),
  /** Any 5xx answer but 503. */
  HTTP_5XX("http_5xx"),
  /** 429 or 503: the server says that it has too much to do. A result, never retried. */
  OVERLOAD("overload"),
  /** The prompt does not fit the model: the test is defined wrongly. */
  CONTEXT_LENGTH("context_length"),
  /** 401 or 403. */
  UNAUTHORIZED("unauthorized"),
  /** 404: a wrong path or a model that is not served. */
  NOT_FOUND("not_found"),
  /** An error inside an answer that began with 200. */
  STREAM_ERROR("stream_error"),
  /** The answer ended without a finish reason and without {@code [DONE]}. */
  TRUNCATED("truncated"),
  /** The answer ended properly and held no token. */
  EMPTY("empty"),
  /** The connection was reset, or closed before the first byte of the answer. */
  RESET("reset"),
  /** The connection (with its TLS handshake) was not established in time. */
  CONNECT_TIMEOUT("connect_timeout"),
  /** No token arrived in time. */
  FIRST_TOKEN_TIMEOUT("first_token_timeout"),
  /** Nothing arrived for too long after the first token. */
  IDLE_TIMEOUT("idle_timeout"),
  /** This machine has no local port or file descriptor left: the measurement is invalid. */
  CLIENT_PORTS("client_ports"),
  /** Connection refused, host unknown or no route to it. */
  CONNECT("connect"),
  /** The TLS handshake failed: certificate, host name or protocol. */
  TLS("tls"),
  /** The answer is not HTTP, not JSON where it must be, of absurd size, or a redirect. */
  BAD_RESPONSE("bad_response"),
  /** Still in flight when the drain ended: censored, at least as long as its elapsed time. */
  CUT("cut");

  private final String wireName;

  ErrorClass(String wireName) {
    this.wireName = wireName;
  }

  /** The name in results, logs and metrics. */
  public String wireName() {
    return wireName;
  }
}
