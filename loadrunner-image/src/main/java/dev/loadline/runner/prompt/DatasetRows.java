package dev.loadline.runner.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.runner.contract.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Makes records of JSON. What is wrong with one is told in a sentence without its text.
 *
 * @param format the file's format
 * @param lengthsAreForced whether the plan says how long answers are, so that records need not
 * @param inTurns whether each turn of a record is asked on its own
 */
record DatasetRows(DatasetFormat format, boolean lengthsAreForced, boolean inTurns) {
  private static final int MOST_TOKENS = 10_000_000;

  /** How a workload reads its dataset. */
  static DatasetRows of(Workload workload, Workload.Content.Dataset dataset) {
    return new DatasetRows(
        DatasetFormat.named(dataset.format()).orElseThrow(),
        dataset.outputTokens().isPresent(),
        workload.turns().isPresent());
  }

  /** A record is wrong; the message says what and what to do. */
  static final class RowException extends Exception {
    private static final long serialVersionUID = 1;

    RowException(String message) {
      super(message);
    }
  }

  static RowException noObject() {
    return new RowException("the record is no JSON object, write each as {…}");
  }

  /** The record; empty if it is one of those that are passed over. */
  Optional<DatasetRecord> record(JsonNode row) throws RowException {
    if (!row.isObject()) {
      throw noObject();
    }
    return switch (format) {
      case SHARE_GPT -> shareGpt(row);
      case JSONL -> Optional.of(lines(row));
    };
  }

  private Optional<DatasetRecord> shareGpt(JsonNode row) throws RowException {
    List<Message> said = messages(row, "conversations", "from", "value");
    boolean humanBegins =
        said.stream()
            .map(Message::role)
            .filter(role -> role != Role.SYSTEM)
            .findFirst()
            .filter(role -> role == Role.USER)
            .isPresent();
    List<DatasetRecord.Turn> turns =
        DatasetRecord.turns(said, outputTokens(row)).stream()
            .filter(turn -> lengthsAreForced || turn.outputTokens().isPresent())
            .limit(inTurns ? Long.MAX_VALUE : 1)
            .toList();
    return humanBegins && !turns.isEmpty() && turns.stream().noneMatch(DatasetRecord.Turn::isBlank)
        ? Optional.of(new DatasetRecord(turns))
        : Optional.empty();
  }

  private DatasetRecord lines(JsonNode row) throws RowException {
    List<Message> said =
        row.has("messages") ? messages(row, "messages", "role", "content") : text(row);
    List<DatasetRecord.Turn> turns = DatasetRecord.turns(said, outputTokens(row));
    if (turns.isEmpty()) {
      throw new RowException("no message is the user's, add one with the role user");
    }
    List<DatasetRecord.Turn> asked = inTurns ? turns : List.of(DatasetRecord.together(turns));
    if (asked.stream().anyMatch(DatasetRecord.Turn::isBlank)) {
      throw new RowException("the user's last message is blank, write what is asked");
    }
    if (!lengthsAreForced && asked.stream().anyMatch(turn -> turn.outputTokens().isEmpty())) {
      throw new RowException(
          "the answer's length is not known, add output_tokens or set the dataset's outputTokens");
    }
    return new DatasetRecord(asked);
  }

  private static List<Message> text(JsonNode row) throws RowException {
    JsonNode text = row.has("prompt") ? row.get("prompt") : row.path("text");
    if (!text.isTextual() || text.textValue().isBlank()) {
      throw new RowException("there is nothing to send, add messages, or a text as prompt or text");
    }
    return List.of(Message.user(text.textValue()));
  }

  private static List<Message> messages(JsonNode row, String list, String who, String what)
      throws RowException {
    JsonNode rows = row.path(list);
    if (!rows.isArray()) {
      throw new RowException("\"" + list + "\" is no list, give a list of messages");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : rows) {
      messages.add(new Message(role(message.path(who), who), content(message.path(what), what)));
    }
    return messages;
  }

  private static Role role(JsonNode name, String field) throws RowException {
    return switch (name.asText("").toLowerCase(Locale.ROOT)) {
      case "system", "developer" -> Role.SYSTEM;
      case "user", "human" -> Role.USER;
      case "assistant", "gpt", "chatgpt", "bing", "bard", "model" -> Role.ASSISTANT;
      default ->
          throw new RowException(
              "a message's \"%s\" is not known, use system, %s"
                  .formatted(field, field.equals("from") ? "human or gpt" : "user or assistant"));
    };
  }

  private static Text content(JsonNode content, String field) throws RowException {
    if (content.isTextual()) {
      return Text.of(content.textValue());
    }
    StringBuilder parts = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("text").isTextual()) {
        throw new RowException("a message has a part that is no text, leave it out");
      }
      parts.append(part.path("text").textValue());
    }
    if (!content.isArray()) {
      throw new RowException("a message's \"" + field + "\" is no text, give one");
    }
    return Text.of(parts.toString());
  }

  private static OptionalInt outputTokens(JsonNode row) throws RowException {
    String field = row.hasNonNull("output_tokens") ? "output_tokens" : "max_tokens";
    JsonNode value = row.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > MOST_TOKENS) {
      throw new RowException(
          "\"%s\" must be a whole number from 1 to %d".formatted(field, MOST_TOKENS));
    }
    return OptionalInt.of(value.intValue());
  }
}
