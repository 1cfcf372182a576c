package dev.loadline.operator.plan;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates as text. What is taken here, the load runner takes. */
public final class PemCertificates {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN CERTIFICATE-----\\s+([A-Za-z0-9+/=\\r\\n]+)-----END CERTIFICATE-----");

  private PemCertificates() {}

  /** Whether the text holds at least one certificate, all can be read, and no key is among them. */
  public static boolean usable(String text) {
    Matcher blocks = BLOCK.matcher(text);
    return blocks.results().findAny().isPresent()
        && blocks.reset().results().allMatch(PemCertificates::readable)
        && !blocks.replaceAll("").contains("-BEGIN");
  }

  private static boolean readable(MatchResult block) {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(block.group(1));
      CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
      return true;
    } catch (IllegalArgumentException | CertificateException broken) {
      return false;
    }
  }
}
