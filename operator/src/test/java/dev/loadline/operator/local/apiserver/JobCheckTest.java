package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that a Kubernetes API server refuses are refused in the same words. */
class JobCheckTest extends JobCheckCases {
  private static final String JOBS = "/apis/batch/v1/namespaces/default/jobs";

  private final ServerFixture fixture = new ServerFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Override
  protected Answer post(String path, String yaml) throws Exception {
    HttpResponse<String> answer = fixture.send("POST", path, "application/yaml", yaml);
    return new Answer(answer.statusCode(), answer.body());
  }

  @Test
  void aJobThatIsThereMayChangeItsStatus() throws Exception {
    assertThat(post(JOBS, job("name: j", "", "image: i")).status()).isEqualTo(201);
    HttpResponse<String> patched =
        fixture.send(
            "PATCH",
            JOBS + "/j/status",
            "application/merge-patch+json",
            "{\"status\":{\"active\":1}}");
    assertThat(patched.statusCode()).isEqualTo(200);
    assertThat(Json.read(patched.body()).at("/status/active").asInt()).isEqualTo(1);
  }
}
