package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostAddressesTest {
  private static final long START = Long.MAX_VALUE - 5;
  private final List<Runnable> background = new ArrayList<>();
  private Optional<String> trouble = Optional.empty();
  private int lastByte = 1;
  private int asked;

  private final HostAddresses addresses =
      new HostAddresses(
          ClientFixture.endpoint("http://host.invalid/v1", TlsSettings.VERIFIED, Timeouts.DEFAULT),
          this::lookUp,
          background::add);

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    asked++;
    if (trouble.isPresent()) {
      throw new UnknownHostException(trouble.get());
    }
    return new InetAddress[] {address(), InetAddress.getByAddress(new byte[16])};
  }

  private InetAddress address() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) lastByte});
  }

  private void runBackground() {
    List.copyOf(background).forEach(Runnable::run);
    background.clear();
  }

  private static long at(double seconds) {
    return START + Duration.ofMillis(Math.round(seconds * 1_000)).toNanos();
  }

  @Test
  void keepsThoseOfOneFamily() throws Exception {
    addresses.lookUpNow(at(0));

    assertThat(addresses.known()).containsExactly(address());
    assertThat(addresses.obstacle()).isEmpty();
  }

  @Test
  void looksAgainAfterThirtySecondsOfUse() throws Exception {
    addresses.lookUpNow(at(0));
    lastByte = 2;
    addresses.refresh(at(30));
    assertThat(background).isEmpty();
    addresses.refresh(at(30.1));
    addresses.refresh(at(70));
    assertThat(background).as("one at a time").hasSize(1);
    assertThat(addresses.known()).as("not awaited").isNotEmpty().doesNotContain(address());
    runBackground();

    assertThat(addresses.known()).containsExactly(address());
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void looksAgainAfterAFailureButNotMoreThanOnceASecond() throws Exception {
    addresses.lookUpNow(at(0));
    addresses.refreshAfterFailure(at(0.9));
    assertThat(background).isEmpty();
    addresses.refreshAfterFailure(at(1.1));
    runBackground();
    addresses.refreshAfterFailure(at(1.2));

    assertThat(background).isEmpty();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void keepsTheLastGoodOnesWhenALookUpFails() throws Exception {
    addresses.lookUpNow(at(0));
    trouble = Optional.of("host.invalid: Name or service not known");
    addresses.refresh(at(31));
    runBackground();

    assertThat(addresses.known()).containsExactly(address());
  }

  @Test
  void tellsAnUnknownNameFromASilentNameServer() {
    trouble = Optional.of("host.invalid: Name or service not known");
    addresses.lookUpNow(at(0));
    assertThat(failure()).contains("host.invalid is unknown");

    trouble = Optional.of("host.invalid: Temporary failure in name resolution");
    addresses.lookUpNow(at(1));
    assertThat(failure()).contains("name server did not answer in time");

    trouble = Optional.of("host.invalid");
    addresses.lookUpNow(at(2));
    assertThat(failure()).as("what the JVM remembers").contains("name server did not answer");
  }

  private String failure() {
    return addresses.obstacle().map(Outcome.Failure::message).orElseThrow();
  }
}
