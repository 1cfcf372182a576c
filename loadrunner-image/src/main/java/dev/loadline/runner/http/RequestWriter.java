package dev.loadline.runner.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.ThreadLocalRandom;

/** Makes HTTP requests of bodies: the user's headers, then those that the client itself needs. */
final class RequestWriter {
  private static final String REQUEST_ID = "x-request-id";

  private final String path;
  private final HttpHeaders headers = new DefaultHttpHeaders();
  private final String idPrefix =
      "loadline-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";
  private long requests;

  RequestWriter(Endpoint endpoint) {
    path = endpoint.basePath() + endpoint.api().path();
    headers.set(commonHeaders(endpoint));
    headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    headers.set(HttpHeaderNames.ACCEPT, "text/event-stream, application/json");
  }

  /** Headers of any request to the endpoint. */
  static HttpHeaders commonHeaders(Endpoint endpoint) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.USER_AGENT, "loadline");
    endpoint.headers().forEach(headers::set);
    headers.set(HttpHeaderNames.HOST, endpoint.authority());
    headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    headers.remove(HttpHeaderNames.CONNECTION);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    return headers;
  }

  /** A request with an id of its own. */
  FullHttpRequest request(RequestBody body) {
    HttpHeaders own = headers.copy();
    own.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length()));
    own.set(REQUEST_ID, idPrefix + ++requests);
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1,
        HttpMethod.POST,
        path,
        Unpooled.wrappedBuffer(body.json()),
        own,
        EmptyHttpHeaders.INSTANCE);
  }
}
