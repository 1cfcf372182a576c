package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Arrivals;
import dev.loadline.runner.contract.StageResult.Dispersion;
import dev.loadline.runner.contract.StageResult.Health;
import dev.loadline.runner.contract.StageResult.InWindow;
import dev.loadline.runner.contract.StageResult.Length;
import dev.loadline.runner.contract.StageResult.Lengths;
import dev.loadline.runner.contract.StageResult.Requests;
import dev.loadline.runner.contract.StageResult.Tokens;
import dev.loadline.runner.contract.StageResult.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The bytes of a stage; see {@link ResultBytes}. */
final class StageBytes {
  private static final double HUNDREDTHS = 1e2;
  private static final double THOUSANDTHS = 1e3;

  private StageBytes() {}

  static void write(ByteWriter out, StageResult stage, long endedMillis) {
    Requests requests = stage.requests();
    out.text(stage.name());
    out.decimal(stage.requestedRate());
    window(out, stage.window(), endedMillis);
    requests(out, requests);
    tokens(out, stage.tokens());
    out.optional(
        stage.lengths().input(), (writer, input) -> length(writer, input, requests.completed()));
    out.optional(
        stage.lengths().output(), (writer, output) -> length(writer, output, requests.completed()));
    inWindow(out, stage.inWindow(), stage);
    out.optional(
        stage.arrivals(), (writer, arrivals) -> arrivals(writer, arrivals, requests.sent()));
    out.number(stage.errors().size());
    for (ErrorCount error : stage.errors()) {
      out.text(error.errorClass());
      out.number(error.count());
      out.text(error.example());
    }
    LatencyBytes.write(out, stage.latencies(), requests.completed());
    LatencyBytes.write(out, stage.withCut(), requests.completed());
    out.optional(
        Optional.of(stage.health()).filter(health -> !health.equals(Health.NONE)),
        StageBytes::health);
  }

  static StageResult read(ByteReader in, long endedMillis) {
    String name = in.text();
    OptionalDouble requestedRate = in.optionalDecimal();
    Window window = new Window(endedMillis - in.signed(), in.number(), in.flag());
    Requests requests = requests(in);
    long completed = requests.completed();
    Tokens tokens = tokens(in);
    return new StageResult(
        name,
        requestedRate,
        window,
        requests,
        tokens,
        new Lengths(
            in.optional(reader -> length(reader, completed)),
            in.optional(reader -> length(reader, completed))),
        inWindow(in, requests, tokens),
        in.optional(reader -> arrivals(reader, requests.sent())),
        errors(in),
        LatencyBytes.read(in, completed),
        LatencyBytes.read(in, completed),
        in.optional(StageBytes::health).orElse(Health.NONE));
  }

  private static void window(ByteWriter out, Window window, long endedMillis) {
    out.signed(endedMillis - window.startMillis());
    out.number(window.micros());
    out.flag(window.complete());
  }

  private static void requests(ByteWriter out, Requests requests) {
    out.number(requests.sent());
    out.signed(requests.completed() - requests.sent());
    out.number(requests.failed());
    out.number(requests.cut());
    out.signed(requests.good() - requests.completed());
    out.number(requests.plainJson());
  }

  private static Requests requests(ByteReader in) {
    long sent = in.number();
    long completed = sent + in.signed();
    return new Requests(
        sent, completed, in.number(), in.number(), completed + in.signed(), in.number());
  }

  private static void tokens(ByteWriter out, Tokens tokens) {
    out.text(tokens.source());
    out.number(tokens.input());
    out.number(tokens.output());
    out.signed(tokens.requested() - tokens.output());
    out.decimal(tokens.perEvent());
    out.number(tokens.cached());
    out.number(tokens.reasoning());
    out.decimal(tokens.perSecondPerUser());
    out.signed(tokens.requestedInput(), tokens.input().orElse(0));
    out.number(tokens.reusable());
  }

  private static Tokens tokens(ByteReader in) {
    String source = in.text();
    OptionalLong input = in.optionalNumber();
    long output = in.number();
    return new Tokens(
        source,
        input,
        output,
        output + in.signed(),
        in.optionalDecimal(),
        in.optionalNumber(),
        in.optionalNumber(),
        in.optionalDecimal(),
        in.optionalSigned(input.orElse(0)),
        in.optionalNumber());
  }

  /**
   * The mean as its distance from the median in hundredths, each other value from the one below.
   */
  private static void length(ByteWriter out, Length length, long completed) {
    out.signed(length.count() - completed);
    out.number(length.min());
    out.signed(length.p50() - length.min());
    out.signed(length.p90() - length.p50());
    out.signed(length.p99() - length.p90());
    out.signed(length.max() - length.p99());
    out.signed(Math.round(length.mean() * HUNDREDTHS) - 100 * length.p50());
  }

  private static Length length(ByteReader in, long completed) {
    long count = completed + in.signed();
    long min = in.number();
    long p50 = min + in.signed();
    long p90 = p50 + in.signed();
    long p99 = p90 + in.signed();
    long max = p99 + in.signed();
    return new Length(count, (100 * p50 + in.signed()) / HUNDREDTHS, min, p50, p90, p99, max);
  }

  private static void inWindow(ByteWriter out, InWindow inWindow, StageResult stage) {
    Tokens tokens = stage.tokens();
    out.signed(inWindow.sent() - stage.requests().sent());
    out.signed(inWindow.completed() - stage.requests().completed());
    out.signed(inWindow.good() - inWindow.completed());
    out.signed(inWindow.inputTokens(), tokens.input().orElse(0));
    out.signed(inWindow.outputTokens() - tokens.output());
    out.signed(inWindow.receivedTokens() - tokens.output());
    out.number(inWindow.inFlightMicros());
  }

  private static InWindow inWindow(ByteReader in, Requests requests, Tokens tokens) {
    long sent = requests.sent() + in.signed();
    long completed = requests.completed() + in.signed();
    return new InWindow(
        sent,
        completed,
        completed + in.signed(),
        in.optionalSigned(tokens.input().orElse(0)),
        tokens.output() + in.signed(),
        tokens.output() + in.signed(),
        in.number());
  }

  private static void arrivals(ByteWriter out, Arrivals arrivals, long sent) {
    pattern(out, arrivals.sent(), sent);
    out.optional(arrivals.due(), (writer, due) -> pattern(writer, due, sent));
  }

  private static Arrivals arrivals(ByteReader in, long sent) {
    return new Arrivals(pattern(in, sent), in.optional(reader -> pattern(reader, sent)));
  }

  private static void pattern(ByteWriter out, ArrivalPattern pattern, long sent) {
    out.signed(pattern.count() - sent);
    thousandths(out, pattern.gapVariation());
    out.optional(pattern.perSecond(), StageBytes::dispersion);
    out.optional(pattern.perTenSeconds(), StageBytes::dispersion);
  }

  private static ArrivalPattern pattern(ByteReader in, long sent) {
    return new ArrivalPattern(
        sent + in.signed(),
        thousandths(in),
        in.optional(StageBytes::dispersion),
        in.optional(StageBytes::dispersion));
  }

  private static void dispersion(ByteWriter out, Dispersion dispersion) {
    out.number(Math.round(dispersion.index() * THOUSANDTHS));
    out.number(dispersion.bins());
  }

  private static Dispersion dispersion(ByteReader in) {
    return new Dispersion(in.number() / THOUSANDTHS, in.index(Integer.MAX_VALUE));
  }

  private static void health(ByteWriter out, Health health) {
    out.number(health.loopDelayP99Micros());
    thousandths(out, health.busyShare());
    out.number(health.longestGcPauseMillis());
  }

  private static Health health(ByteReader in) {
    return new Health(in.optionalNumber(), thousandths(in), in.optionalNumber());
  }

  private static void thousandths(ByteWriter out, OptionalDouble value) {
    out.flag(value.isPresent());
    value.ifPresent(known -> out.number(Math.round(known * THOUSANDTHS)));
  }

  private static OptionalDouble thousandths(ByteReader in) {
    return in.flag() ? OptionalDouble.of(in.number() / THOUSANDTHS) : OptionalDouble.empty();
  }

  private static List<ErrorCount> errors(ByteReader in) {
    List<ErrorCount> errors = new ArrayList<>();
    for (int i = in.index(100); i > 0; i--) {
      errors.add(new ErrorCount(in.text(), in.number(), in.optionalText()));
    }
    return errors;
  }
}
