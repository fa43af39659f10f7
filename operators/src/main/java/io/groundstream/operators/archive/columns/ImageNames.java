package io.groundstream.operators.archive.columns;

import io.groundstream.operators.archive.settings.ArchiveOptions;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.schemas.text.Texts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The possible names of a file's image columns and reference columns, in order of precedence.
 * Immutable.
 */
public final class ImageNames {
  /** Binary columns with these names hold untyped text, not images. */
  private static final Pattern ONLY_REFERENCES =
      Pattern.compile("(uri|url|path|file|name)$", Pattern.CASE_INSENSITIVE);

  /** Text columns with these names do not refer to files. */
  private static final Pattern ONLY_BYTES =
      Pattern.compile("(bytes|content)$", Pattern.CASE_INSENSITIVE);

  /** The file that describes the images of a Hugging Face image folder. */
  private static final Pattern METADATA =
      Pattern.compile("(.*/)?metadata\\.[a-z]+(\\.[a-z0-9]+)?", Pattern.CASE_INSENSITIVE);

  private static final String METADATA_REFERENCE = "file_name";
  private static final int LONGEST_SHOWN = 500;

  private final List<String> bytes;
  private final List<String> references;

  private ImageNames(List<String> bytes, List<String> references) {
    this.bytes = List.copyOf(bytes);
    this.references = List.copyOf(references);
  }

  /** Returns the possible names for a file. */
  public static ImageNames of(ArchiveSettings settings, String fileName) {
    String image = settings.imageColumn();
    String uri = settings.uriColumn();
    List<String> usual = settings.imageColumnNames();
    List<String> references = new ArrayList<>();
    if (METADATA.matcher(fileName).matches() && usual.contains(METADATA_REFERENCE)) {
      references.add(METADATA_REFERENCE);
    }
    usual.stream().filter(name -> !ONLY_BYTES.matcher(name).find()).forEach(references::add);
    return new ImageNames(
        image != null
            ? List.of(image)
            : usual.stream().filter(name -> !ONLY_REFERENCES.matcher(name).find()).toList(),
        uri != null ? List.of(uri) : references);
  }

  /**
   * Returns the column that refers to images, or null if there is none.
   *
   * @param names the names of all candidate columns
   * @throws ColumnException if two matching columns differ only in case
   */
  public @Nullable String reference(Collection<String> names) throws ColumnException {
    return first(references, names, any -> true);
  }

  /** Returns the field that refers to an image, among the usable ones, or null if there is none. */
  public @Nullable String reference(Collection<String> names, Predicate<String> usable)
      throws ColumnException {
    return first(references, names, usable);
  }

  /**
   * Returns the column that holds images, or null if there is none.
   *
   * @throws ColumnException if two matching columns differ only in case
   */
  public @Nullable String bytes(Collection<String> names) throws ColumnException {
    return first(bytes, names, any -> true);
  }

  private static @Nullable String first(
      List<String> candidates, Collection<String> names, Predicate<String> usable)
      throws ColumnException {
    for (String candidate : candidates) {
      String found = names.contains(candidate) ? candidate : ignoringCase(candidate, names);
      if (found != null && usable.test(found)) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String ignoringCase(String candidate, Collection<String> names)
      throws ColumnException {
    String found = null;
    for (String name : names) {
      if (name.equalsIgnoreCase(candidate)) {
        if (found != null) {
          throw new ColumnException(
              found
                  + " and "
                  + name
                  + ": columns that differ only in case (expected: one of them, named by "
                  + ArchiveOptions.URI_COLUMN.key()
                  + " or "
                  + ArchiveOptions.IMAGE_COLUMN.key()
                  + ")");
        }
        found = name;
      }
    }
    return found;
  }

  /** Returns the exception for a file without such columns. */
  public ColumnException missing(Collection<String> names) {
    return new ColumnException(
        "columns: "
            + shown(names)
            + " (expected: also one with images or their URIs, such as "
            + String.join(", ", all().subList(0, Math.min(4, all().size())))
            + "; archive.picture-columns lists all possible names)");
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(references);
    bytes.stream().filter(name -> !all.contains(name)).forEach(all::add);
    return all;
  }

  /** Returns names for a message, shortened to 500 characters. */
  public static String shown(Collection<String> names) {
    return Texts.shortened(names.toString(), LONGEST_SHOWN);
  }
}
