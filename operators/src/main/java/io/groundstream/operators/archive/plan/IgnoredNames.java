package io.groundstream.operators.archive.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the files and folders ignored because of their names, by suffix, with the first few of
 * each as examples; a hidden folder counts under its own name and a slash. For one thread.
 */
public final class IgnoredNames {
  /**
   * The maximum number of suffixes counted separately; names are arbitrary, so further suffixes are
   * counted together.
   */
  private static final int MOST_SUFFIXES = 30;

  private static final int MOST_EXAMPLES = 3;
  private static final int LONGEST_SUFFIX = 20;
  private static final String OTHERS = "others";
  private static final String NO_SUFFIX = "no suffix";

  /**
   * The ignored names with one suffix.
   *
   * @param count the number of files or folders
   * @param examples the first names, relative to the archive's root
   */
  public record Group(long count, List<String> examples) {
    public Group {
      examples = List.copyOf(examples);
    }

    private Group with(String name) {
      List<String> more = new ArrayList<>(examples);
      if (more.size() < MOST_EXAMPLES) {
        more.add(name);
      }
      return new Group(count + 1, more);
    }
  }

  private final Map<String, Group> groups = new TreeMap<>();

  void addFile(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int dot = last.lastIndexOf('.');
    boolean has = dot > 0 && last.length() - dot <= LONGEST_SUFFIX && dot < last.length() - 1;
    add(has ? last.substring(dot).toLowerCase(Locale.ROOT) : NO_SUFFIX, name);
  }

  void addFolder(String name) {
    add(name.substring(name.lastIndexOf('/') + 1) + "/", name);
  }

  private void add(String suffix, String name) {
    String key = groups.containsKey(suffix) || groups.size() < MOST_SUFFIXES ? suffix : OTHERS;
    groups.put(key, groups.getOrDefault(key, new Group(0, List.of())).with(name));
  }

  /** Returns the ignored names by suffix. */
  public Map<String, Group> groups() {
    return Map.copyOf(groups);
  }
}
