package dev.loadline.runner.contract;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The wire form of a {@link RunResult} in a pod's termination message, which Kubernetes cuts at
 * {@link #MOST_BYTES} bytes of text: {@code LOADLINE-RESULT/3 LENGTH CHECKSUM PAYLOAD}, all ASCII.
 * LENGTH is the number of characters of PAYLOAD, CHECKSUM its CRC-32C in hexadecimal, PAYLOAD the
 * Base64 of the deflated bytes that {@link ResultBytes} describes. Latencies keep 3 significant
 * digits, as the histograms they come from do.
 *
 * <p>A result that does not fit loses the least needed parts first and names them in {@link
 * RunResult#omitted}: first the intervals of metrics that no objective names, then {@code
 * ttftFirstChunk}, {@code ntpot} and {@code itlPerToken}, then the examples of errors, then {@code
 * ttfb} and {@code connect}, then {@code maxGap}, {@code ttfo} and {@code itl}, then the
 * distributions that count cut requests, and so on as {@link Reduction} says. Last of all goes what
 * objectives name; never ttft, tpot and sendLag: without the lag no measurement can be judged. In
 * the worst case, with errors of four classes and cut requests in every stage, 12 stages hold four
 * named metrics with their cut requests, 20 stages four without and of ttft and tpot with them.
 */
public final class ResultCodec {
  /** What Kubernetes keeps of a termination message. */
  public static final int MOST_BYTES = 4096;

  private static final String MAGIC = "LOADLINE-RESULT/" + RunResult.VERSION;

  /** What runners write that an operator of the version before started; it lacks the spending. */
  private static final String MAGIC_BEFORE = "LOADLINE-RESULT/2";

  private static final int MOST_PLAIN = 1 << 20;

  private ResultCodec() {}

  /** What became of a termination message. */
  public sealed interface Decoded {
    /** A result. */
    record Read(RunResult result) implements Decoded {}

    /** There is none. */
    record Missing() implements Decoded {}

    /**
     * There is something, but no result.
     *
     * @param why what is wrong with it
     */
    record Corrupt(String why) implements Decoded {}
  }

  /** Writes a result of which nothing is judged. */
  public static String encode(RunResult result) {
    return encode(result, List.of());
  }

  /**
   * Writes a result as at most {@link #MOST_BYTES} ASCII characters.
   *
   * @param judged what to leave out last
   */
  public static String encode(RunResult result, List<RunPlan.JudgedMetric> judged) {
    RunResult fitting = result;
    String text = text(fitting);
    for (UnaryOperator<RunResult> step : new Reduction(judged).steps()) {
      if (text.length() <= MOST_BYTES) {
        break;
      }
      fitting = step.apply(fitting);
      text = text(fitting);
    }
    if (text.length() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a result of " + result.stages().size() + " stages does not fit");
    }
    return text;
  }

  /** Reads a termination message; never throws. */
  public static Decoded decode(String message) {
    String text = message.strip();
    if (text.isEmpty()) {
      return new Decoded.Missing();
    }
    String[] parts = text.split(" ", -1);
    if (!parts[0].startsWith("LOADLINE-RESULT/")) {
      return new Decoded.Missing();
    }
    if (!parts[0].equals(MAGIC) && !parts[0].equals(MAGIC_BEFORE)) {
      return new Decoded.Corrupt("its version is " + parts[0] + ", known is " + MAGIC);
    }
    if (parts.length != 4) {
      return new Decoded.Corrupt("it has " + parts.length + " parts instead of 4");
    }
    return payload(parts);
  }

  private static Decoded payload(String[] parts) {
    String length = parts[1];
    String checksum = parts[2];
    String payload = parts[3];
    if (!length.equals(Integer.toString(payload.length()))) {
      return new Decoded.Corrupt(
          "it was cut: " + payload.length() + " characters instead of " + length);
    }
    if (!checksum.equals(checksum(payload))) {
      return new Decoded.Corrupt("its checksum does not match");
    }
    try {
      byte[] plain = inflate(Base64.getUrlDecoder().decode(payload));
      return new Decoded.Read(ResultBytes.read(plain, parts[0].equals(MAGIC)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DataFormatException broken) {
      return new Decoded.Corrupt("its payload cannot be read");
    }
  }

  private static String text(RunResult result) {
    String payload =
        Base64.getUrlEncoder().withoutPadding().encodeToString(deflate(ResultBytes.write(result)));
    return MAGIC + " " + payload.length() + " " + checksum(payload) + " " + payload;
  }

  private static String checksum(String payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload.getBytes(StandardCharsets.US_ASCII));
    return "%08x".formatted(crc.getValue());
  }

  private static byte[] deflate(byte[] plain) {
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      deflater.setInput(plain);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }

  private static byte[] inflate(byte[] packed) throws DataFormatException {
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(packed);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        if (count == 0 || out.size() > MOST_PLAIN) {
          throw new DataFormatException("not one deflated block");
        }
        out.write(buffer, 0, count);
      }
      return out.toByteArray();
    }
  }
}
