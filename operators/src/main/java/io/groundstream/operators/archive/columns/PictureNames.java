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
 * The names that columns with pictures, and columns that refer to pictures, may have in one file,
 * in the order in which they count. Immutable.
 */
public final class PictureNames {
  /** Binary columns of these names are not pictures but text without a type. */
  private static final Pattern ONLY_REFERENCES =
      Pattern.compile("(uri|url|path|file|name)$", Pattern.CASE_INSENSITIVE);

  /** Text columns of these names do not refer to files. */
  private static final Pattern ONLY_BYTES =
      Pattern.compile("(bytes|content)$", Pattern.CASE_INSENSITIVE);

  /** The file in which Hugging Face's folders of images name each of them. */
  private static final Pattern METADATA =
      Pattern.compile("(.*/)?metadata\\.[a-z]+(\\.[a-z0-9]+)?", Pattern.CASE_INSENSITIVE);

  private static final String METADATA_REFERENCE = "file_name";
  private static final int LONGEST_SHOWN = 500;

  private final List<String> bytes;
  private final List<String> references;

  private PictureNames(List<String> bytes, List<String> references) {
    this.bytes = List.copyOf(bytes);
    this.references = List.copyOf(references);
  }

  /** Returns the names for a file. */
  public static PictureNames of(ArchiveSettings settings, String fileName) {
    String image = settings.imageColumn();
    String uri = settings.uriColumn();
    List<String> usual = settings.pictureColumns();
    List<String> references = new ArrayList<>();
    if (METADATA.matcher(fileName).matches() && usual.contains(METADATA_REFERENCE)) {
      references.add(METADATA_REFERENCE);
    }
    usual.stream().filter(name -> !ONLY_BYTES.matcher(name).find()).forEach(references::add);
    return new PictureNames(
        image != null
            ? List.of(image)
            : usual.stream().filter(name -> !ONLY_REFERENCES.matcher(name).find()).toList(),
        uri != null ? List.of(uri) : references);
  }

  /**
   * Returns the column that refers to pictures; null if there is none.
   *
   * @param names of all columns that could
   * @throws ColumnException if two columns differ in capital letters alone
   */
  public @Nullable String reference(Collection<String> names) throws ColumnException {
    return first(references, names, any -> true);
  }

  /** Returns the field that refers to a picture, among those that are said to be usable. */
  public @Nullable String reference(Collection<String> names, Predicate<String> usable)
      throws ColumnException {
    return first(references, names, usable);
  }

  /** Returns the column that holds pictures, as {@link #reference(Collection)} does. */
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
                  + ": columns that differ in capital letters alone (expected: one of them, named"
                  + " by "
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

  /** Returns what a file without such columns is told. */
  public ColumnException missing(Collection<String> names) {
    return new ColumnException(
        "columns: "
            + shown(names)
            + " (expected: also one with images or their URIs, such as "
            + String.join(", ", all().subList(0, Math.min(4, all().size())))
            + "; archive.picture-columns has all names that count)");
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(references);
    bytes.stream().filter(name -> !all.contains(name)).forEach(all::add);
    return all;
  }

  /** Returns names as messages show them: not longer than people read. */
  public static String shown(Collection<String> names) {
    return Texts.shortened(names.toString(), LONGEST_SHOWN);
  }
}
