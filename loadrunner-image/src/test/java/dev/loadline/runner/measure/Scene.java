package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunPlan.RequestBound;
import dev.loadline.runner.contract.StageResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A stage whose window is open from 1,000 to 2,000 ms, and requests made by hand. */
final class Scene {
  static final String STAGE = "steady";

  private static final long GAP_BYTES = 1 << 20;

  final Window window = new Window(ms(1_000), ms(2_000));
  final Recorder recorder;

  private Scene(boolean openLoop, List<RequestBound> bounds, long gapBytes) {
    recorder = new Recorder(window, RequestBounds.of(bounds, STAGE, openLoop), openLoop, gapBytes);
  }

  static Scene closedLoop(RequestBound... bounds) {
    return new Scene(false, List.of(bounds), GAP_BYTES);
  }

  static Scene openLoop(RequestBound... bounds) {
    return new Scene(true, List.of(bounds), GAP_BYTES);
  }

  /** One with so much memory for the gaps of requests in flight. */
  static Scene closedLoop(long gapBytes) {
    return new Scene(false, List.of(), gapBytes);
  }

  static long ms(double millis) {
    return Math.round(millis * 1e6);
  }

  /** A request of 10 tokens that is sent when it should be. */
  Call sent(double millis) {
    return intended(millis).sentAt(millis);
  }

  Call intended(double millis) {
    return wanting(RequestedTokens.ofOutput(10), millis);
  }

  Call wanting(RequestedTokens requested, double millis) {
    return new Call(recorder.begin(ms(millis), requested));
  }

  /** One whose prompt repeats so many tokens of others. */
  Call reusing(int tokens) {
    return new Call(
        recorder.begin(
            ms(1_100), new RequestedTokens(10, OptionalInt.of(100), OptionalInt.of(tokens))));
  }

  StageResult result() {
    return result(recorder);
  }

  StageResult result(Recorder... recorders) {
    return new StageSummary(window, List.of(recorders))
        .result(STAGE, 0, true, OptionalDouble.empty(), Optional.empty());
  }

  /** One request; instants in milliseconds. */
  final class Call {
    private final RecordedRequest request;
    private final RequestTimeline timeline;

    private Call(RecordedRequest request) {
      this.request = request;
      timeline = request.timeline();
    }

    Call sentAt(double millis) {
      timeline.sent(ms(millis));
      return this;
    }

    Call connecting(double from) {
      timeline.connectStarted(ms(from));
      return this;
    }

    Call connected(double from, double to) {
      connecting(from);
      timeline.connected(ms(to));
      return this;
    }

    Call headers(double millis) {
      timeline.headers(ms(millis));
      return this;
    }

    Call chunk(double millis) {
      timeline.chunk(ms(millis));
      return this;
    }

    Call reconnected() {
      timeline.reconnected();
      return this;
    }

    /** Token-bearing events, as the client reports them. */
    Call tokens(double... millis) {
      for (double at : millis) {
        token(at, true, 0);
      }
      return this;
    }

    Call token(double at, boolean output, int ids) {
      request.received(ms(at), ids);
      long gap = timeline.token(ms(at), output, ids);
      if (gap != RequestTimeline.NEVER) {
        request.gap(gap, ids);
      }
      return this;
    }

    Call usage(int input, int output, int cached) {
      timeline.counts().usage(input, output, cached, -1);
      return this;
    }

    Call reasoning(int tokens) {
      timeline.counts().usage(-1, 0, -1, tokens);
      return this;
    }

    Call plainJson(double at) {
      timeline.plainJson(ms(at));
      return this;
    }

    boolean succeeds(double at) {
      timeline.succeed(ms(at));
      return recorder.end(request);
    }

    boolean fails(double at, ErrorClass errorClass, String message) {
      timeline.fail(ms(at), errorClass, message);
      return recorder.end(request);
    }

    boolean isCut(double at) {
      return fails(at, ErrorClass.CUT, "cut");
    }
  }
}
