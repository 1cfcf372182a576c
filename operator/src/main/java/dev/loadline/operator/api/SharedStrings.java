package dev.loadline.operator.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;

/**
 * Short texts such as reasons, units and names are the same in thousands of objects that are kept:
 * one that was met a little while ago is taken instead of the new one. Threads may overwrite each
 * other's.
 */
public final class SharedStrings extends StringDeserializer {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 100;
  private static final int SLOTS = 1 << 12;

  private final String[] met = new String[SLOTS];

  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    String text = super.deserialize(parser, context);
    if (text == null || text.length() > LONGEST) {
      return text;
    }
    int hash = text.hashCode();
    int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    String known = met[slot];
    if (text.equals(known)) {
      return known;
    }
    met[slot] = text;
    return text;
  }
}
