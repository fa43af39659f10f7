package io.groundstream.operators.archive.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was passed over in an archive because of its name, by suffix, with the first few of each; a
 * hidden folder counts under its own name and a slash. For one thread.
 */
public final class IgnoredNames {
  /** Names are anything; beyond so many suffixes, others are counted together. */
  private static final int MOST_SUFFIXES = 30;

  private static final int MOST_EXAMPLES = 3;
  private static final int LONGEST_SUFFIX = 20;
  private static final String OTHERS = "others";
  private static final String NO_SUFFIX = "no suffix";

  /**
   * What has one suffix.
   *
   * @param count how many files, or folders
   * @param examples the names of the first, in the archive
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

  /** Returns what was passed over, by suffix. */
  public Map<String, Group> groups() {
    return Map.copyOf(groups);
  }
}
