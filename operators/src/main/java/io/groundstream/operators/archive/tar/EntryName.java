package io.groundstream.operators.archive.tar;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the name of an entry says about it.
 *
 * <p>In the WebDataset convention, a name's key is what is before the first dot of its last
 * component, and the rest says what the entry is to the sample: {@code 000.jpg}, {@code
 * 000.seg.png}. Names that people and programs give have dots of their own: {@code Screenshot
 * 2024.05.01.png}. So the stem, which is the name without the known suffix at its end, makes the
 * identifier; and a word between key and suffix, such as {@code seg}, may make the entry a part of
 * the key's sample instead.
 *
 * @param stem with folders, without the suffix
 * @param key with folders, up to the first dot of the last component
 * @param suffix in lower case, without the dot
 * @param isPicture whether the suffix is a picture's; else it is a sidecar's
 * @param mayBePart whether this is a part of the key's sample if that has a picture, such as
 *     000.seg.png beside 000.jpg
 */
public record EntryName(
    String stem, String key, String suffix, boolean isPicture, boolean mayBePart) {
  /** The suffixes of sidecars; JSON first, whose members win. */
  public static final List<String> SIDECARS = List.of("json", "txt", "cls");

  private static final Set<String> INVISIBLE =
      Set.of(
          "__MACOSX",
          ".DS_Store",
          ".AppleDouble",
          ".Spotlight-V100",
          ".Trashes",
          ".fseventsd",
          "@eaDir",
          "#recycle",
          "$RECYCLE.BIN",
          "System Volume Information",
          "lost+found",
          "Thumbs.db",
          "ehthumbs.db",
          "desktop.ini");

  /** Where an old tar writes the extended headers of a new one as files. */
  private static final Pattern EXTENDED_HEADERS = Pattern.compile("PaxHeaders?(\\.\\d+)?");

  /** What WebDataset's shards have between key and suffix; dates and times are no such words. */
  private static final Pattern WORDS =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*");

  /**
   * Returns what a name says, or null if it has none of the suffixes.
   *
   * @param pictures the suffixes of pictures, in lower case
   * @param sidecars the suffixes of sidecars
   */
  public static @Nullable EntryName of(
      String name, Collection<String> pictures, Collection<String> sidecars) {
    String path = plain(name);
    int component = path.lastIndexOf('/') + 1;
    int dot = path.indexOf('.', component);
    if (dot < 0) {
      return null;
    }
    String lower = path.substring(component).toLowerCase(Locale.ROOT);
    String suffix = longest(lower, pictures);
    boolean isPicture = suffix != null;
    if (suffix == null) {
      suffix = longest(lower, sidecars);
    }
    if (suffix == null || (dot == component && lower.length() > suffix.length() + 1)) {
      // A file that is hidden, such as .profile.jpg, has never been one of a sample.
      return null;
    }
    String stem = path.substring(0, path.length() - suffix.length() - 1);
    String key = path.substring(0, dot);
    String middle = stem.length() > key.length() ? stem.substring(key.length() + 1) : "";
    return new EntryName(
        stem, key, suffix, isPicture, WORDS.matcher(middle).matches() && !endsAs(middle, pictures));
  }

  /** A picture of another format that was converted keeps the old name: a.png.jpg. */
  private static boolean endsAs(String middle, Collection<String> pictures) {
    return longest("." + middle.toLowerCase(Locale.ROOT), pictures) != null;
  }

  private static @Nullable String longest(String lower, Collection<String> suffixes) {
    String longest = null;
    for (String suffix : suffixes) {
      if (lower.endsWith("." + suffix) && (longest == null || suffix.length() > longest.length())) {
        longest = suffix;
      }
    }
    return longest;
  }

  private static String plain(String name) {
    String path = name;
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    return path;
  }

  /** Returns whether a name is of what systems write beside people's files. */
  public static boolean isInvisible(String name) {
    for (String component : plain(name).split("/", -1)) {
      if (component.startsWith("._")
          || INVISIBLE.contains(component)
          || EXTENDED_HEADERS.matcher(component).matches()) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether there is nothing before the suffix. */
  public boolean isMissing() {
    return stem.isEmpty() || stem.endsWith("/");
  }

  /** Returns whether there is something between key and suffix. */
  public boolean hasMiddle() {
    return !stem.equals(key);
  }
}
