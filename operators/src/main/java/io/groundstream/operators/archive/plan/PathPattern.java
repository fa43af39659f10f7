package io.groundstream.operators.archive.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A path whose last components may be glob patterns: {@code *}, {@code ?}, <code>{a,b}</code>,
 * {@code [a-z]}, and {@code **} for any number of folders. A backslash escapes a character.
 *
 * <p>Matching accompanies a walk through folders: a state holds the components that may come next.
 * Immutable.
 */
final class PathPattern {
  private static final String SPECIAL = "*?[{\\";
  private static final String ANY_FOLDERS = "**";

  private final String text;
  private final String base;

  /** The patterns of the components after the base; null matches any number of folders. */
  private final List<@Nullable Pattern> components;

  private PathPattern(String text, String base, List<@Nullable Pattern> components) {
    this.text = text;
    this.base = base;
    this.components = components;
  }

  /**
   * Parses a pattern.
   *
   * @throws ArchiveException if the pattern is invalid
   */
  static PathPattern parse(String text) throws ArchiveException {
    String[] parts = text.split("/", -1);
    StringBuilder base = new StringBuilder();
    List<@Nullable Pattern> components = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (components.isEmpty() && part.chars().noneMatch(c -> SPECIAL.indexOf(c) >= 0)) {
        base.append(i == 0 ? "" : "/").append(part);
      } else if (part.equals(ANY_FOLDERS)) {
        components.add(null);
      } else if (!part.isEmpty()) {
        if (part.contains(ANY_FOLDERS)) {
          components.add(null);
        }
        try {
          components.add(Pattern.compile(regex(part), Pattern.DOTALL));
        } catch (PatternSyntaxException e) {
          throw new ArchiveException(
              "archive.paths: " + text + " (expected: a pattern): " + e.getDescription());
        }
      }
    }
    return new PathPattern(text, base.isEmpty() ? "/" : base.toString(), components);
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    int braces = 0;
    int i = 0;
    while (i < glob.length()) {
      char c = glob.charAt(i);
      i++;
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> {
          regex.append('[');
          if (i < glob.length() && glob.charAt(i) == '!') {
            regex.append('^');
            i++;
          }
          while (i < glob.length() && glob.charAt(i) != ']') {
            char inside = glob.charAt(i);
            regex.append("[&^\\".indexOf(inside) >= 0 ? "\\" : "").append(inside);
            i++;
          }
        }
        case ']' -> regex.append(']');
        case '{' -> {
          regex.append("(?:");
          braces++;
        }
        case '}' -> {
          regex.append(braces > 0 ? ")" : "\\}");
          braces = Math.max(0, braces - 1);
        }
        case ',' -> regex.append(braces > 0 ? "|" : ",");
        case '\\' -> {
          regex.append(Pattern.quote(i < glob.length() ? glob.substring(i, i + 1) : "\\"));
          i++;
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
      // The loop ends before the bracket that closes the class.
    }
    return regex.toString();
  }

  /** Returns the path before the first pattern. */
  String base() {
    return base;
  }

  /** Returns whether there is no pattern at all. */
  boolean isPlain() {
    return components.isEmpty();
  }

  /** Returns the state at the base. */
  BitSet start() {
    BitSet state = new BitSet();
    add(state, 0);
    return state;
  }

  /**
   * Returns the state after a component; an empty state means that nothing below it can match.
   *
   * @param hidden whether the component is hidden, so that the pattern has to begin with the same
   *     literal character
   */
  BitSet after(BitSet state, String component, boolean hidden) {
    BitSet next = new BitSet();
    for (int i = state.nextSetBit(0); i >= 0; i = state.nextSetBit(i + 1)) {
      if (i == components.size()) {
        continue;
      }
      Pattern pattern = components.get(i);
      if (pattern == null) {
        if (!hidden) {
          add(next, i);
        }
      } else if (pattern.matcher(component).matches()
          && (!hidden || pattern.pattern().startsWith("\\Q" + component.charAt(0)))) {
        add(next, i + 1);
      }
    }
    return next;
  }

  /** Returns whether the components that led to a state match the pattern. */
  boolean matches(BitSet state) {
    return state.get(components.size());
  }

  private void add(BitSet state, int index) {
    state.set(index);
    if (index < components.size() && components.get(index) == null) {
      add(state, index + 1);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
