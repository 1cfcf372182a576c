package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenErrorBodyTest {
  @ParameterizedTest
  @CsvSource({"400, HTTP_4XX", "503, OVERLOAD", "502, HTTP_5XX", "401, UNAUTHORIZED"})
  void theStatusCountsWhereTheBodyBreaksItsChunks(int status, ErrorClass expected)
      throws Exception {
    Outcome.Failure failure =
        LoadClientTest.failure(
            ClientFailureTest.request(
                ClientFixture.PATIENT,
                peer -> {
                  peer.request();
                  peer.head(status, "Transfer-Encoding: chunked");
                  peer.chunk("{\"error\":\"so it is\"}");
                  peer.send("no length\r\n");
                }));

    assertThat(failure.errorClass()).isEqualTo(expected);
    assertThat(failure.message())
        .contains("HTTP " + status, "so it is")
        .endsWith("(the body of this answer breaks HTTP's chunked framing)");
  }
}
