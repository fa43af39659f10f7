package io.groundstream.operators.archive.tar;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an entry's name.
 *
 * <p>In the WebDataset convention, the text before the first dot of a name's last component is its
 * key, and the rest is the role of the entry in the sample: {@code 000.jpg}, {@code 000.seg.png}.
 * But names given by people and programs contain dots, too: {@code Screenshot 2024.05.01.png}. So
 * the identifier is made from the stem, which is the name without a known suffix at its end; and a
 * word between key and suffix, such as {@code seg}, may make the entry a part of the key's sample
 * instead.
 *
 * @param stem the name with folders, without the suffix
 * @param key the name with folders, up to the first dot of the last component
 * @param suffix the suffix in lower case, without the dot
 * @param isImage whether the suffix is that of an image; otherwise it is that of a sidecar
 * @param mayBePart whether the entry is a part of the key's sample if that sample has an image,
 *     such as 000.seg.png beside 000.jpg
 */
public record EntryName(
    String stem, String key, String suffix, boolean isImage, boolean mayBePart) {
  /** The suffixes of sidecars; JSON comes first because its members take precedence. */
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

  /** The folders in which an old tar unpacks extended headers as files. */
  private static final Pattern EXTENDED_HEADERS = Pattern.compile("PaxHeaders?(\\.\\d+)?");

  /** The words between key and suffix in WebDataset shards; dates and times do not match. */
  private static final Pattern WORDS =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*");

  /**
   * Parses a name; returns null if it has none of the suffixes.
   *
   * @param images the suffixes of images, in lower case
   * @param sidecars the suffixes of sidecars
   */
  public static @Nullable EntryName of(
      String name, Collection<String> images, Collection<String> sidecars) {
    String path = plain(name);
    int component = path.lastIndexOf('/') + 1;
    int dot = path.indexOf('.', component);
    if (dot < 0) {
      return null;
    }
    String lower = path.substring(component).toLowerCase(Locale.ROOT);
    String suffix = longest(lower, images);
    boolean isImage = suffix != null;
    if (suffix == null) {
      suffix = longest(lower, sidecars);
    }
    if (suffix == null || (dot == component && lower.length() > suffix.length() + 1)) {
      // A hidden file, such as .profile.jpg, is never a part of a sample.
      return null;
    }
    String stem = path.substring(0, path.length() - suffix.length() - 1);
    String key = path.substring(0, dot);
    String middle = stem.length() > key.length() ? stem.substring(key.length() + 1) : "";
    return new EntryName(
        stem, key, suffix, isImage, WORDS.matcher(middle).matches() && !endsAs(middle, images));
  }

  /** Returns whether a converted image kept its old suffix, as in a.png.jpg. */
  private static boolean endsAs(String middle, Collection<String> images) {
    return longest("." + middle.toLowerCase(Locale.ROOT), images) != null;
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

  /** Returns whether a name is one of those that operating systems write beside users' files. */
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

  /** Returns whether the name has nothing before its suffix. */
  public boolean isMissing() {
    return stem.isEmpty() || stem.endsWith("/");
  }

  /** Returns whether the name has text between key and suffix. */
  public boolean hasMiddle() {
    return !stem.equals(key);
  }
}
