package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What must be read of an answer whose events are known: the rules of measurement written down a
 * second time, over a list and without a thought for speed.
 */
record Expectation(
    Optional<ErrorClass> failure,
    int events,
    int output,
    OptionalInt input,
    OptionalInt cached,
    OptionalInt reasoning,
    boolean plainJson,
    List<Integer> tokensPerEvent,
    List<Integer> ends) {
  /** The same of what was read; where the events end is not known then. */
  static Expectation of(AnswerReplay.Result read) {
    return new Expectation(
        read.failure(),
        read.events(),
        read.output(),
        read.input(),
        read.cached(),
        read.reasoning(),
        read.plainJson(),
        read.tokensPerEvent(),
        List.of());
  }

  Expectation withoutEnds() {
    return new Expectation(
        failure, events, output, input, cached, reasoning, plainJson, tokensPerEvent, List.of());
  }

  /** An answer that is one JSON document which says this. */
  static Expectation ofDocument(Said said, boolean properly) {
    List<Said.Chunk> none = List.of();
    if (!properly) {
      return counted(Optional.of(ErrorClass.TRUNCATED), none, none, List.of());
    }
    return switch (said) {
      case Said.Failed _ -> counted(Optional.of(ErrorClass.STREAM_ERROR), none, none, List.of());
      case Said.Chunk chunk when !chunk.choices() ->
          counted(Optional.of(ErrorClass.BAD_RESPONSE), none, none, List.of());
      case Said.Chunk chunk when !chunk.bearsTokens() ->
          counted(Optional.of(ErrorClass.EMPTY), none, List.of(chunk), List.of());
      case Said.Chunk chunk -> {
        Expectation counts = counted(Optional.empty(), none, List.of(chunk), List.of());
        yield new Expectation(
            Optional.empty(),
            0,
            counts.output,
            counts.input,
            counts.cached,
            counts.reasoning,
            true,
            List.of(),
            List.of());
      }
      case Said.Done _, Said.Nothing _, Said.NoJson _ ->
          counted(Optional.of(ErrorClass.BAD_RESPONSE), none, none, List.of());
    };
  }

  /** An answer of these events; {@code strange}: some lines were none of an event stream. */
  static Expectation ofEvents(List<Said.At> events, boolean properly, boolean strange) {
    List<Said.Chunk> chunks = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    boolean done = false;
    for (Said.At event : events) {
      switch (event.said()) {
        case Said.Nothing _ -> {}
        case Said.Done _ -> done = true;
        case Said.Failed _ -> {
          return counted(Optional.of(ErrorClass.STREAM_ERROR), tokens(chunks), chunks, ends);
        }
        case Said.NoJson _ -> {
          if (event.terminated() && !isComplete(chunks)) {
            return counted(Optional.of(ErrorClass.BAD_RESPONSE), tokens(chunks), chunks, ends);
          }
        }
        case Said.Chunk chunk -> {
          chunks.add(chunk);
          if (chunk.bearsTokens()) {
            ends.add(event.terminated() ? event.end() : -1);
          }
        }
      }
      if (done) {
        break;
      }
    }
    return counted(failure(chunks, done, properly, strange), tokens(chunks), chunks, ends);
  }

  private static Optional<ErrorClass> failure(
      List<Said.Chunk> chunks, boolean done, boolean properly, boolean strange) {
    boolean finished = done || chunks.stream().anyMatch(Said.Chunk::finished);
    if (finished) {
      return tokens(chunks).isEmpty() ? Optional.of(ErrorClass.EMPTY) : Optional.empty();
    }
    if (chunks.isEmpty() && strange) {
      return Optional.of(ErrorClass.BAD_RESPONSE);
    }
    return Optional.of(chunks.isEmpty() && properly ? ErrorClass.EMPTY : ErrorClass.TRUNCATED);
  }

  private static boolean isComplete(List<Said.Chunk> chunks) {
    return !tokens(chunks).isEmpty() && chunks.stream().anyMatch(Said.Chunk::finished);
  }

  private static List<Said.Chunk> tokens(List<Said.Chunk> chunks) {
    return chunks.stream().filter(Said.Chunk::bearsTokens).toList();
  }

  private static Expectation counted(
      Optional<ErrorClass> failure,
      List<Said.Chunk> tokens,
      List<Said.Chunk> chunks,
      List<Integer> ends) {
    List<Said.Usage> usages = chunks.stream().flatMap(chunk -> chunk.usage().stream()).toList();
    return new Expectation(
        failure,
        tokens.size(),
        output(tokens, chunks, usages),
        last(usages.stream().map(Said.Usage::input).toList()),
        last(usages.stream().map(Said.Usage::cached).toList()),
        last(usages.stream().map(Said.Usage::reasoning).toList()),
        false,
        perEvent(chunks),
        ends);
  }

  private static OptionalInt last(List<Integer> counts) {
    return counts.stream().filter(count -> count >= 0).mapToInt(count -> count).reduce((a, b) -> b);
  }

  /** n: usage, else token ids, else events. */
  private static int output(
      List<Said.Chunk> tokens, List<Said.Chunk> chunks, List<Said.Usage> usages) {
    int usage = last(usages.stream().map(Said.Usage::output).filter(n -> n > 0).toList()).orElse(0);
    if (usage > 0 && !(usage == 1 && tokens.size() > 1 && isSaidFromTheFirst(chunks))) {
      return usage;
    }
    int ids = tokens.stream().mapToInt(Said.Chunk::tokenIds).sum();
    return ids > 0 ? ids : tokens.size();
  }

  /** Whether usage above 0 came before the second token event was counted. */
  private static boolean isSaidFromTheFirst(List<Said.Chunk> chunks) {
    int before = 0;
    for (Said.Chunk chunk : chunks) {
      if (chunk.usage().filter(usage -> usage.output() > 0).isPresent()) {
        return before <= 1;
      }
      before += chunk.bearsTokens() ? 1 : 0;
    }
    return false;
  }

  /** Token ids, else the growth of a usage that came with every token event so far, else 0. */
  private static List<Integer> perEvent(List<Said.Chunk> chunks) {
    List<Integer> counts = new ArrayList<>();
    boolean always = true;
    int known = 0;
    for (Said.Chunk chunk : chunks) {
      int said = chunk.usage().map(Said.Usage::output).orElse(0);
      int grown = Math.max(0, said - known);
      always &= chunk.usage().isPresent() || !chunk.bearsTokens();
      known = Math.max(known, said);
      if (chunk.bearsTokens()) {
        boolean byUsage = chunk.usage().isPresent() && always && chunk.tokenIds() == 0;
        counts.add(byUsage ? grown : chunk.tokenIds());
      }
    }
    return counts;
  }
}
