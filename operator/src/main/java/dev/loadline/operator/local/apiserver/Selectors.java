package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Label selectors with all their operators, and field selectors on any plain path. */
final class Selectors {
  private static final Pattern SET =
      Pattern.compile("\\s*([^\\s,!=()]+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*(?:,|$)");
  private static final Pattern VALUE =
      Pattern.compile("\\s*([^\\s,!=()]+)\\s*(==|!=|=)\\s*([^,]*?)\\s*(?:,|$)");
  private static final Pattern PRESENCE = Pattern.compile("\\s*(!?)\\s*([^\\s,!=()]+)\\s*(?:,|$)");

  private Selectors() {}

  static Predicate<ObjectNode> labels(String selector) {
    Predicate<ObjectNode> all = object -> true;
    int position = 0;
    while (position < selector.length()) {
      Matcher set = at(SET, selector, position);
      Matcher value = at(VALUE, selector, position);
      Matcher presence = at(PRESENCE, selector, position);
      if (set.lookingAt()) {
        all = all.and(label(set.group(1), set.group(2).equals("in"), members(set.group(3))));
        position = set.end();
      } else if (value.lookingAt()) {
        boolean equal = !value.group(2).equals("!=");
        all = all.and(label(value.group(1), equal, Set.of(value.group(3))));
        position = value.end();
      } else if (presence.lookingAt()) {
        String name = presence.group(2);
        boolean wanted = presence.group(1).isEmpty();
        all = all.and(object -> labelOf(object, name).isMissingNode() != wanted);
        position = presence.end();
      } else {
        throw Refusal.badRequest("unable to parse the label selector '" + selector + "'");
      }
    }
    return all;
  }

  private static Matcher at(Pattern pattern, String text, int position) {
    return pattern.matcher(text).region(position, text.length());
  }

  private static Set<String> members(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).collect(Collectors.toSet());
  }

  private static Predicate<ObjectNode> label(String name, boolean in, Set<String> values) {
    return object -> {
      JsonNode label = labelOf(object, name);
      return in == (!label.isMissingNode() && values.contains(label.asText()));
    };
  }

  private static JsonNode labelOf(ObjectNode object, String name) {
    return object.path("metadata").path("labels").path(name);
  }

  static Predicate<ObjectNode> fields(String selector) {
    List<Predicate<ObjectNode>> all = new ArrayList<>();
    for (String term : selector.split(",", -1)) {
      if (term.isBlank()) {
        continue;
      }
      Matcher matcher = VALUE.matcher(term);
      if (!matcher.matches()) {
        throw Refusal.badRequest("unable to parse the field selector '" + selector + "'");
      }
      boolean equal = !matcher.group(2).equals("!=");
      String path = "/" + matcher.group(1).replace('.', '/');
      String value = matcher.group(3);
      all.add(object -> object.at(path).asText("").equals(value) == equal);
    }
    return object -> all.stream().allMatch(one -> one.test(object));
  }
}
