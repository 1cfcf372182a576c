package dev.loadline.runner.prompt;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a dataset from its first record to its last; one record is in memory at a time. */
final class DatasetReader implements Closeable {
  /** Bytes of a record, be it a line or an element of an array. */
  static final int LONGEST = 16 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** An array goes on behind its elements. */
  private static final ObjectMapper ELEMENTS = new ObjectMapper();

  private final Path file;
  private final DatasetRows rows;
  private final BoundedInput bytes;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private byte[] line = new byte[1 << 12];
  private @Nullable JsonParser array;
  private long number;
  private long element;
  private long records;
  private long passedOver;

  private DatasetReader(Path file, DatasetRows rows) throws IOException {
    this.file = file;
    this.rows = rows;
    bytes = new BoundedInput(Files.newInputStream(file));
  }

  /**
   * Opens a dataset.
   *
   * @throws DatasetException if there is no such file or it cannot be opened
   */
  static DatasetReader open(Path file, DatasetRows rows) {
    try {
      return new DatasetReader(file, rows);
    } catch (IOException e) {
      throw new DatasetException(
          file.getFileName() + ": the file cannot be opened, check its name and that it is mounted",
          true);
    }
  }

  /**
   * The next record; absent after the last one.
   *
   * @throws DatasetException if a record cannot be used, then a further call goes on with the one
   *     after it; or if the file cannot be read any further
   */
  Optional<DatasetRecord> next() {
    try {
      return switch (rows.format()) {
        case SHARE_GPT -> nextElement();
        case JSONL -> nextLine();
      };
    } catch (DatasetRows.RowException e) {
      throw new DatasetException(where() + e.getMessage(), false);
    } catch (BoundedInput.ExceededException e) {
      throw new DatasetException(
          where() + "the record is longer than 16 MiB, shorten it; what follows was not looked at",
          true);
    } catch (IOException e) {
      throw new DatasetException(
          file.getFileName() + ": the file cannot be read, check that it is a readable file", true);
    }
  }

  private String where() {
    String record = element == 0 ? "" : "record " + element + ": ";
    return file.getFileName() + ":" + number + ": " + record;
  }

  private Optional<DatasetRecord> nextElement() throws IOException, DatasetRows.RowException {
    try {
      JsonParser json = array == null ? begin() : array;
      for (element++; json.nextToken() != JsonToken.END_ARRAY; element++) {
        number = json.currentTokenLocation().getLineNr();
        Optional<DatasetRecord> record = rows.record(element(json));
        if (record.isPresent()) {
          records++;
          return record;
        }
        passedOver++;
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      number = e.getLocation() == null ? number : e.getLocation().getLineNr();
      throw noArray();
    } catch (CharConversionException e) {
      number = Math.max(1, number);
      throw noArray();
    }
  }

  private DatasetException noArray() throws IOException {
    String problem =
        isText() ? "from here on it is not JSON, correct it" : "the file is not UTF-8, convert it";
    return new DatasetException(where() + problem + "; what follows was not looked at", true);
  }

  private boolean isText() throws IOException {
    try (Reader text = Files.newBufferedReader(file)) {
      text.transferTo(Writer.nullWriter());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** What is no object is not kept in memory, and an object only up to the longest record. */
  private JsonNode element(JsonParser json) throws IOException, DatasetRows.RowException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      throw DatasetRows.noObject();
    }
    bytes.allow(LONGEST);
    JsonNode element = ELEMENTS.readTree(json);
    bytes.allow(Long.MAX_VALUE);
    return element;
  }

  private JsonParser begin() throws IOException {
    JsonParser json = ELEMENTS.createParser(bytes);
    array = json;
    if (json.nextToken() != JsonToken.START_ARRAY) {
      number = 1;
      throw new DatasetException(
          where() + "the file is no JSON array, give one or name the format JSONL", true);
    }
    return json;
  }

  private Optional<DatasetRecord> nextLine() throws IOException, DatasetRows.RowException {
    for (int length = readLine(); length >= 0; length = readLine()) {
      if (length > LONGEST) {
        throw new DatasetRows.RowException("the line is longer than 16 MiB, shorten it");
      }
      if (!isBlank(length)) {
        return Optional.of(record(length));
      }
    }
    return Optional.empty();
  }

  private DatasetRecord record(int length) throws IOException, DatasetRows.RowException {
    try {
      DatasetRecord record = rows.record(JSON.readTree(line, 0, length)).orElseThrow();
      records++;
      return record;
    } catch (JsonProcessingException | CharConversionException e) {
      throw new DatasetRows.RowException(
          isText(length)
              ? "the line is not JSON, write one JSON object a line"
              : "the line is not UTF-8, convert the file");
    }
  }

  private boolean isText(int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private boolean isBlank(int length) {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Its length, counted up to one byte beyond the longest; negative at the end of the file. */
  private int readLine() throws IOException {
    if (at == end && !fill()) {
      return -1;
    }
    number++;
    int length = 0;
    boolean ended = false;
    while (!ended && (at < end || fill())) {
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      length = append(from, length);
      ended = at < end;
      at += ended ? 1 : 0;
    }
    return length;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, bytes.read(buffer));
    return end > 0;
  }

  private int append(int from, int length) {
    int total = Math.min(length + at - from, LONGEST + 1);
    if (total > line.length) {
      line = Arrays.copyOf(line, Math.max(total, 2 * line.length));
    }
    System.arraycopy(buffer, from, line, length, total - length);
    return total;
  }

  /** How many records were read so far. */
  long records() {
    return records;
  }

  /** How many were passed over so far. */
  long passedOver() {
    return passedOver;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
