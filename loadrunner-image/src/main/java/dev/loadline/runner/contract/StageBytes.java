package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Arrivals;
import dev.loadline.runner.contract.StageResult.Dispersion;
import dev.loadline.runner.contract.StageResult.InWindow;
import dev.loadline.runner.contract.StageResult.Length;
import dev.loadline.runner.contract.StageResult.Lengths;
import dev.loadline.runner.contract.StageResult.Requests;
import dev.loadline.runner.contract.StageResult.Tokens;
import dev.loadline.runner.contract.StageResult.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The bytes of a stage; see {@link ResultBytes}. */
final class StageBytes {
  private static final double HUNDREDTHS = 1e2;
  private static final double THOUSANDTHS = 1e3;

  private StageBytes() {}

  static void write(ByteWriter out, StageResult stage) {
    Requests requests = stage.requests();
    out.text(stage.name());
    out.decimal(stage.requestedRate());
    window(out, stage.window());
    requests(out, requests);
    tokens(out, stage.tokens());
    out.optional(
        stage.lengths().input(), (writer, input) -> length(writer, input, requests.completed()));
    out.optional(
        stage.lengths().output(), (writer, output) -> length(writer, output, requests.completed()));
    inWindow(out, stage.inWindow(), requests);
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
  }

  static StageResult read(ByteReader in) {
    String name = in.text();
    OptionalDouble requestedRate = in.optionalDecimal();
    Window window = new Window(in.number(), in.number(), in.flag());
    Requests requests =
        new Requests(in.number(), in.number(), in.number(), in.number(), in.number(), in.number());
    long completed = requests.completed();
    return new StageResult(
        name,
        requestedRate,
        window,
        requests,
        tokens(in),
        new Lengths(
            in.optional(reader -> length(reader, completed)),
            in.optional(reader -> length(reader, completed))),
        inWindow(in, requests),
        in.optional(reader -> arrivals(reader, requests.sent())),
        errors(in),
        LatencyBytes.read(in, completed),
        LatencyBytes.read(in, completed));
  }

  private static void window(ByteWriter out, Window window) {
    out.number(window.startMillis());
    out.number(window.micros());
    out.flag(window.complete());
  }

  private static void requests(ByteWriter out, Requests requests) {
    out.number(requests.sent());
    out.number(requests.completed());
    out.number(requests.failed());
    out.number(requests.cut());
    out.number(requests.good());
    out.number(requests.plainJson());
  }

  private static void tokens(ByteWriter out, Tokens tokens) {
    out.text(tokens.source());
    out.number(tokens.input());
    out.number(tokens.output());
    out.number(tokens.requested());
    out.decimal(tokens.perEvent());
    out.number(tokens.cached());
    out.number(tokens.reasoning());
    out.decimal(tokens.perSecondPerUser());
    out.number(tokens.requestedInput());
    out.number(tokens.reusable());
  }

  private static Tokens tokens(ByteReader in) {
    return new Tokens(
        in.text(),
        in.optionalNumber(),
        in.number(),
        in.number(),
        in.optionalDecimal(),
        in.optionalNumber(),
        in.optionalNumber(),
        in.optionalDecimal(),
        in.optionalNumber(),
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

  private static void inWindow(ByteWriter out, InWindow inWindow, Requests requests) {
    out.signed(inWindow.sent() - requests.sent());
    out.signed(inWindow.completed() - requests.completed());
    out.number(inWindow.good());
    out.number(inWindow.inputTokens());
    out.number(inWindow.outputTokens());
    out.number(inWindow.receivedTokens());
    out.number(inWindow.inFlightMicros());
  }

  private static InWindow inWindow(ByteReader in, Requests requests) {
    return new InWindow(
        requests.sent() + in.signed(),
        requests.completed() + in.signed(),
        in.number(),
        in.optionalNumber(),
        in.number(),
        in.number(),
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
    out.flag(pattern.gapVariation().isPresent());
    pattern.gapVariation().ifPresent(value -> out.number(Math.round(value * THOUSANDTHS)));
    out.optional(pattern.perSecond(), StageBytes::dispersion);
    out.optional(pattern.perTenSeconds(), StageBytes::dispersion);
  }

  private static ArrivalPattern pattern(ByteReader in, long sent) {
    return new ArrivalPattern(
        sent + in.signed(),
        in.flag() ? OptionalDouble.of(in.number() / THOUSANDTHS) : OptionalDouble.empty(),
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

  private static List<ErrorCount> errors(ByteReader in) {
    List<ErrorCount> errors = new ArrayList<>();
    for (int i = in.index(100); i > 0; i--) {
      errors.add(new ErrorCount(in.text(), in.number(), in.optionalText()));
    }
    return errors;
  }
}
