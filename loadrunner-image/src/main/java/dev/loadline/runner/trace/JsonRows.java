package dev.loadline.runner.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lines that are JSON objects; fields that are not needed are passed over. */
final class JsonRows implements RowFormat {
  private static final JsonFactory JSON = new JsonFactory();

  /** The fields of a format, and its unit of time as a power of ten of nanoseconds. */
  record Fields(String input, String output, Optional<String> hashes, int timePower) {
    static final Fields MOONCAKE =
        new Fields("input_length", "output_length", Optional.of("hash_ids"), 6);
    static final Fields OWN = new Fields("input_tokens", "output_tokens", Optional.empty(), 9);
  }

  private static final String TIME = "timestamp";

  private final Fields fields;

  JsonRows(Fields fields) {
    this.fields = fields;
  }

  @Override
  public boolean hasHeader() {
    return false;
  }

  @Override
  public void header(String line) {
    throw new IllegalStateException("lines of JSON have no header");
  }

  @Override
  public Optional<Row> row(String line) throws RowException {
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new RowException("the line is not a JSON object, write one object a line");
      }
      Row row = object(json);
      if (json.nextToken() != null) {
        throw new RowException("something follows the JSON object, write one object a line");
      }
      return Optional.of(row);
    } catch (IOException e) {
      throw new RowException("the line is not JSON, write one JSON object a line");
    }
  }

  private Row object(JsonParser json) throws IOException, RowException {
    @Nullable Long nanos = null;
    @Nullable Long input = null;
    @Nullable Long output = null;
    List<Long> hashes = List.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals(TIME)) {
        nanos = Row.nanos(number(json), fields.timePower());
      } else if (name.equals(fields.input())) {
        input = whole(json, name);
      } else if (name.equals(fields.output())) {
        output = whole(json, name);
      } else if (fields.hashes().filter(name::equals).isPresent()) {
        hashes = hashes(json, name);
      } else {
        json.skipChildren();
      }
    }
    return new Row(
        present(nanos, TIME),
        present(input, fields.input()),
        present(output, fields.output()),
        hashes);
  }

  private static long present(@Nullable Long value, String field) throws RowException {
    if (value == null) {
      throw new RowException("\"" + field + "\" is missing, add it");
    }
    return value;
  }

  private static BigDecimal number(JsonParser json) throws IOException, RowException {
    try {
      if (json.currentToken().isNumeric()) {
        return json.getDecimalValue();
      }
    } catch (NumberFormatException e) {
      // An exponent that no number has; told below.
    }
    throw new RowException("\"" + TIME + "\" is not a number, give one");
  }

  private static long whole(JsonParser json, String field) throws IOException, RowException {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
        || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new RowException("\"" + field + "\" is not a whole number, give one");
    }
    return json.getLongValue();
  }

  private static List<Long> hashes(JsonParser json, String field) throws IOException, RowException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new RowException("\"" + field + "\" is not a list, give a list of whole numbers");
    }
    List<Long> hashes = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      hashes.add(whole(json, field));
    }
    return hashes;
  }
}
