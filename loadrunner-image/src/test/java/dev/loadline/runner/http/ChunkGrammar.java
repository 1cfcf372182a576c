package dev.loadline.runner.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Writes random chunks in the dialects of the engines and knows what each of them says. */
final class ChunkGrammar {
  static final ObjectMapper JSON = new ObjectMapper();

  /** Stands for the first half of a character, which is no valid UTF-8. */
  static final String HALF = "\ue000";

  private static final List<String> TEXTS =
      List.of(
          "a",
          " the",
          "\n",
          "\r\n\r\n",
          "é",
          "\ud83c\udf0a wave",
          "\u2028",
          "\ufeff",
          "[DONE]",
          "data: [DONE]\n\n",
          "\"quoted\" \\ back",
          "{\"error\":{}}",
          "漢字",
          "\u0000\u001f",
          HALF);
  private static final List<String> ERRORS =
      List.of(
          "{\"error\":{\"message\":\"EngineCore died\",\"type\":\"x\",\"code\":500}}",
          "{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}",
          "{\"error\":\"Request failed during generation\",\"error_type\":\"generation\"}",
          "{\"error\":{\"code\":500,\"message\":\"m\",\"type\":\"server_error\"}}",
          "{\"error\":{}}",
          "{\"error\":\"\"}",
          "{\"error\":7}",
          "{\"error\":[\"m\"]}",
          "{\"error\":true}",
          "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"abort\"}]}",
          "{\"choices\":[{\"finish_reason\":{\"type\":\"abort\",\"message\":\"m\"}}],\"usage\":null}",
          "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"error\"}]}",
          "{\"choices\":[],\"usage\":{\"prompt_tokens\":1},\"error\":{\"message\":\"late\"}}",
          "{\"choices\":[{\"text\":\"a\"}],\"usage\":{\"prompt_tokens\":1},\"error\":{\"code\":1}}",
          "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"error\":{\"message\":\"m\"}}");

  /** How a server tells its counts. */
  private enum UsageStyle {
    NEVER,
    AT_THE_END,
    ALWAYS,
    ZERO,
    ONE,
    WILD
  }

  /** One chunk: its JSON and what it says. */
  record Written(String json, Said said) {}

  private final Random random;
  private final UsageStyle usageStyle;
  private final boolean withIds;
  private int tokens;

  ChunkGrammar(Random random) {
    this.random = random;
    usageStyle = UsageStyle.values()[random.nextInt(UsageStyle.values().length)];
    withIds = random.nextInt(4) == 0;
  }

  /** An error in the words of one of the engines. */
  Written error() {
    return new Written(ERRORS.get(random.nextInt(ERRORS.size())), new Said.Failed());
  }

  /** Any other chunk. */
  Written chunk(boolean finish) {
    Parts parts = new Parts();
    ArrayNode choices = JSON.createArrayNode();
    int count = random.nextInt(12) == 0 ? random.nextInt(4) : 1;
    for (int i = 0; i < count; i++) {
      choices.add(choice(i, finish, parts));
    }
    ObjectNode top = JSON.createObjectNode();
    top.put("id", "chatcmpl-1").put("object", "chat.completion.chunk").put("created", 1);
    if (count > 0 || random.nextBoolean()) {
      top.set("choices", choices);
    } else if (random.nextBoolean()) {
      top.putNull("choices");
    }
    if (random.nextInt(6) == 0) {
      top.putNull("error");
    }
    if (random.nextInt(6) == 0) {
      top.set("timings", JSON.valueToTree(Map.of("n", List.of(1, Map.of("error", "no")))));
    }
    Optional<Said.Usage> usage = usage(top, finish && random.nextBoolean());
    return new Written(json(top), parts.said(count > 0, usage));
  }

  /** The chunk with nothing but usage, as vLLM sends it at the end. */
  Written usageOnly() {
    ObjectNode top = JSON.createObjectNode();
    top.set("choices", JSON.createArrayNode());
    Optional<Said.Usage> usage = usage(top, true);
    return new Written(json(top), new Parts().said(false, usage));
  }

  /** What the choices of one chunk come to. */
  private static final class Parts {
    private boolean output;
    private boolean reasoning;
    private int ids;
    private boolean finished;

    Said said(boolean choices, Optional<Said.Usage> usage) {
      return new Said.Chunk(choices, output, reasoning, ids, finished, usage);
    }
  }

  private ObjectNode choice(int index, boolean finish, Parts parts) {
    ObjectNode choice = JSON.createObjectNode();
    choice.put("index", index);
    choice.putNull("logprobs");
    boolean before = parts.output || parts.reasoning;
    switch (random.nextInt(10)) {
      case 0 -> choice.putNull("delta");
      case 1 -> parts.output |= put(choice, "text");
      case 2 -> {}
      default -> choice.set(random.nextInt(12) == 0 ? "message" : "delta", delta(parts));
    }
    boolean bears = !before && (parts.output || parts.reasoning);
    tokens += bears ? 1 + random.nextInt(3) : 0;
    if (withIds && bears) {
      int ids = 1 + random.nextInt(3);
      choice.set("token_ids", JSON.valueToTree(Collections.nCopies(ids, 7)));
      parts.ids += ids;
    }
    if (finish) {
      parts.finished = true;
      if (random.nextInt(10) == 0) {
        choice.set("finish_reason", JSON.valueToTree(Map.of("type", "stop", "matched", 2)));
      } else {
        choice.put("finish_reason", random.nextBoolean() ? "stop" : "length");
      }
    } else if (random.nextBoolean()) {
      choice.putNull("finish_reason");
    } else if (random.nextInt(8) == 0) {
      choice.put("finish_reason", "");
    }
    return choice;
  }

  private ObjectNode delta(Parts parts) {
    ObjectNode delta = JSON.createObjectNode();
    if (random.nextInt(5) == 0) {
      delta.put("role", "assistant");
    }
    switch (random.nextInt(9)) {
      case 0 -> {}
      case 1 -> parts.reasoning |= put(delta, "reasoning");
      case 2 -> parts.reasoning |= put(delta, "reasoning_content");
      case 3 -> delta.set("tool_calls", toolCalls(parts));
      case 4 -> {
        parts.reasoning |= put(delta, "reasoning_content");
        parts.output |= put(delta, "content");
      }
      default -> parts.output |= put(delta, "content");
    }
    return delta;
  }

  private ArrayNode toolCalls(Parts parts) {
    ArrayNode calls = JSON.createArrayNode();
    int count = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      ObjectNode call = calls.addObject().put("index", i).put("id", "call").put("type", "function");
      ObjectNode function = call.putObject("function");
      if (random.nextBoolean()) {
        parts.output |= put(function, "name");
      }
      if (random.nextBoolean()) {
        parts.output |= put(function, "arguments");
      }
    }
    return calls;
  }

  /** Puts a text, or nothing worth counting; true if it is a text. */
  private boolean put(ObjectNode object, String name) {
    switch (random.nextInt(8)) {
      case 0 -> object.putNull(name);
      case 1 -> object.put(name, "");
      case 2 -> object.set(name, JSON.valueToTree(List.of(Map.of("type", "text"), 1)));
      default -> {
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        object.put(name, random.nextInt(300) == 0 ? text.repeat(20_000) : text);
        return true;
      }
    }
    return false;
  }

  private Optional<Said.Usage> usage(ObjectNode top, boolean last) {
    int output =
        switch (usageStyle) {
          case NEVER -> -1;
          case AT_THE_END -> last ? tokens : -1;
          case ALWAYS -> tokens;
          case ZERO -> 0;
          case ONE -> 1;
          case WILD -> random.nextInt(50);
        };
    if (output < 0) {
      if (random.nextBoolean()) {
        top.putNull("usage");
      }
      return Optional.empty();
    }
    ObjectNode usage = top.putObject("usage").put("prompt_tokens", 17);
    usage.put("total_tokens", 17 + output);
    boolean details = random.nextBoolean();
    if (details) {
      usage.putObject("prompt_tokens_details").put("cached_tokens", 16);
      boolean flat = random.nextBoolean();
      (flat ? usage : usage.putObject("completion_tokens_details")).put("reasoning_tokens", 3);
    } else if (random.nextBoolean()) {
      usage.putNull("prompt_tokens_details");
    }
    int known = output;
    if (usageStyle == UsageStyle.WILD && random.nextInt(3) == 0) {
      known = -1;
      switch (random.nextInt(4)) {
        case 0 -> usage.put("completion_tokens", 99_999_999_999L);
        case 1 -> usage.put("completion_tokens", "12");
        case 2 -> usage.put("completion_tokens", -3);
        default -> usage.put("completion_tokens", 5.5);
      }
    } else {
      usage.put("completion_tokens", output);
    }
    return Optional.of(new Said.Usage(17, known, details ? 16 : -1, details ? 3 : -1));
  }

  /** The fields in any order, on one line or on several. */
  private String json(ObjectNode top) {
    List<String> names = new ArrayList<>();
    top.fieldNames().forEachRemaining(names::add);
    Collections.shuffle(names, random);
    ObjectNode shuffled = JSON.createObjectNode();
    names.forEach(name -> shuffled.set(name, top.get(name)));
    return random.nextInt(5) == 0 ? shuffled.toPrettyString() : shuffled.toString();
  }
}
