package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.BindException;
import java.net.NoRouteToHostException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(
            new BindException("Cannot assign requested address: /10.0.0.1:80"),
            ErrorClass.CLIENT_PORTS),
        Arguments.of(
            new ChannelException(
                "Unable to create Channel",
                new IOException("newSocketStream(..) failed: Too many open files")),
            ErrorClass.CLIENT_PORTS),
        Arguments.of(new NoRouteToHostException("No route to host"), ErrorClass.CONNECT),
        Arguments.of(new IOException("Network is unreachable"), ErrorClass.CONNECT),
        Arguments.of(
            new IOException("connect(..) failed: Connection timed out"),
            ErrorClass.CONNECT_TIMEOUT),
        Arguments.of(new IOException("something\nelse"), ErrorClass.CONNECT));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void classifiesWhyAConnectionCouldNotBeOpened(Throwable cause, ErrorClass expected) {
    Endpoint endpoint = ClientFixture.endpoint(8000, Timeouts.DEFAULT);

    Outcome.Failure failure = Failures.ofConnecting(cause, endpoint);

    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.message()).isNotBlank().doesNotContain("\n").doesNotContain("Exception");
  }
}
