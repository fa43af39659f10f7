package io.groundstream.operators.archive.settings;

import io.groundstream.operators.archive.compress.DecompressionLimits;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link ArchiveOptions}.
 *
 * @param root the folder that names are relative to; null for the deepest folder that holds all
 *     paths
 * @param imageSuffixes the suffixes of images, in lower case and without a leading dot
 * @param attributes the names of data that become attributes; {@link #ALL} for all
 * @param imageColumnNames the possible names of columns with images or references to them, in order
 *     of precedence
 * @param imageColumn the only column to read images from; null to use {@code imageColumnNames}
 * @param uriColumn the only column to read references from; null to use {@code imageColumnNames}
 * @param delimiter the character between CSV fields; null to detect it from the header
 * @param imagesPerSecond the maximum rate over all subtasks; null for no limit
 * @param lookAroundBytes the maximum distance between an image and its sidecars in a tar shard, in
 *     bytes
 */
public record ArchiveSettings(
    List<String> paths,
    @Nullable String root,
    List<String> imageSuffixes,
    List<String> attributes,
    int maxAttributeBytes,
    int maxSidecarBytes,
    List<String> imageColumnNames,
    @Nullable String imageColumn,
    @Nullable String uriColumn,
    String idColumn,
    String requestsColumn,
    @Nullable Character delimiter,
    int groupFiles,
    long groupBytes,
    long maxSplitBytes,
    long maxRowGroupBytes,
    @Nullable Double imagesPerSecond,
    long lookAroundBytes,
    DecompressionLimits decompression)
    implements Serializable {

  /** Selects all attributes. */
  public static final String ALL = "*";

  /** The split size at which files are never cut. */
  public static final long NEVER_CUT = Long.MAX_VALUE;

  private static final String PATHS_EXPECTED =
      "folders, files or patterns, such as /archive/**/*.tar";
  private static final int MOST_BYTES = 64 << 20;
  private static final int MOST_FILES = 100_000;
  private static final long MOST_LOOK_AROUND_BYTES = 8L << 30;
  private static final long LEAST_WINDOW_BYTES = 1 << 20;

  /** No supported compression has a larger window. */
  private static final long MOST_WINDOW_BYTES = 1L << 31;

  public ArchiveSettings {
    paths = List.copyOf(paths);
    imageSuffixes = List.copyOf(imageSuffixes);
    attributes = List.copyOf(attributes);
    imageColumnNames = List.copyOf(imageColumnNames);
  }

  /** Reads the options, and reports their problems to the reader. */
  public static ArchiveSettings read(SettingsReader reader) {
    List<String> paths = List.of();
    if (reader.isSet(ArchiveOptions.PATHS)) {
      List<String> found =
          reader.find(
              ArchiveOptions.PATHS,
              list -> !list.isEmpty() && list.stream().noneMatch(String::isBlank),
              PATHS_EXPECTED);
      paths = found == null ? List.of() : found;
    } else {
      reader.problem(ArchiveOptions.PATHS.key(), "not set", PATHS_EXPECTED);
    }
    return new ArchiveSettings(
        paths,
        reader.find(ArchiveOptions.ROOT, text -> !text.isBlank(), "a folder"),
        reader
            .get(
                ArchiveOptions.PICTURE_SUFFIXES,
                list -> !list.isEmpty() && list.stream().allMatch(ArchiveSettings::isSuffix),
                "suffixes without a leading dot, such as jpg;png")
            .stream()
            .map(suffix -> suffix.toLowerCase(Locale.ROOT))
            .toList(),
        reader.get(ArchiveOptions.ATTRIBUTES, any -> true, "names, or *").stream()
            .filter(name -> !name.isBlank())
            .toList(),
        (int)
            reader
                .get(
                    ArchiveOptions.MAX_ATTRIBUTE_BYTES,
                    size -> size.getBytes() <= MOST_BYTES,
                    "0 to 64 mb")
                .getBytes(),
        (int)
            reader
                .get(
                    ArchiveOptions.MAX_SIDECAR_BYTES,
                    size -> size.getBytes() > 0 && size.getBytes() <= MOST_BYTES,
                    "1 b to 64 mb")
                .getBytes(),
        reader.get(
            ArchiveOptions.PICTURE_COLUMNS,
            list -> !list.isEmpty() && list.stream().noneMatch(String::isBlank),
            "names of columns, such as url;image"),
        reader.find(ArchiveOptions.IMAGE_COLUMN, text -> !text.isBlank(), "a column"),
        reader.find(ArchiveOptions.URI_COLUMN, text -> !text.isBlank(), "a column"),
        reader.get(ArchiveOptions.ID_COLUMN, text -> !text.isBlank(), "a column"),
        reader.get(ArchiveOptions.REQUESTS_COLUMN, text -> !text.isBlank(), "a column"),
        delimiter(reader),
        reader.get(
            ArchiveOptions.GROUP_FILES,
            count -> count > 0 && count <= MOST_FILES,
            "1 to " + MOST_FILES),
        reader.get(ArchiveOptions.GROUP_BYTES, size -> size.getBytes() > 0, "> 0").getBytes(),
        reader.get(ArchiveOptions.MAX_SPLIT_BYTES, size -> size.getBytes() > 0, "> 0").getBytes(),
        reader
            .get(ArchiveOptions.MAX_ROW_GROUP_BYTES, size -> size.getBytes() > 0, "> 0")
            .getBytes(),
        reader.find(ArchiveOptions.PICTURES_PER_SECOND, rate -> rate > 0 && rate < 1e9, "> 0"),
        reader
            .get(
                ArchiveOptions.LOOK_AROUND,
                size -> size.getBytes() <= MOST_LOOK_AROUND_BYTES,
                "0 to 8 gb")
            .getBytes(),
        decompression(reader));
  }

  private static DecompressionLimits decompression(SettingsReader reader) {
    return new DecompressionLimits(
        reader.get(ArchiveOptions.MAX_DECOMPRESSION_RATIO, ratio -> ratio > 0, "> 0"),
        reader
            .get(ArchiveOptions.MAX_DECOMPRESSED_BYTES, size -> size.getBytes() > 0, "> 0")
            .getBytes(),
        reader
            .get(
                ArchiveOptions.MAX_DECOMPRESSION_MEMORY,
                size ->
                    size.getBytes() >= LEAST_WINDOW_BYTES && size.getBytes() <= MOST_WINDOW_BYTES,
                "1 mb to 2 gb")
            .getBytes());
  }

  /**
   * Returns these settings with cutting disabled, for callers that only list files and need not
   * find out where to cut them.
   */
  public ArchiveSettings wholeFiles() {
    return new ArchiveSettings(
        paths,
        root,
        imageSuffixes,
        attributes,
        maxAttributeBytes,
        maxSidecarBytes,
        imageColumnNames,
        imageColumn,
        uriColumn,
        idColumn,
        requestsColumn,
        delimiter,
        groupFiles,
        groupBytes,
        NEVER_CUT,
        maxRowGroupBytes,
        imagesPerSecond,
        lookAroundBytes,
        decompression);
  }

  private static @Nullable Character delimiter(SettingsReader reader) {
    String text =
        reader.find(
            ArchiveOptions.DELIMITER,
            found -> found.equals("\\t") || (found.length() == 1 && "\"\r\n".indexOf(found) < 0),
            "one character other than a quote, or \\t for a tab");
    return text == null ? null : text.equals("\\t") ? '\t' : Character.valueOf(text.charAt(0));
  }

  private static boolean isSuffix(String text) {
    return !text.isBlank() && !text.startsWith(".") && !text.contains("/");
  }
}
