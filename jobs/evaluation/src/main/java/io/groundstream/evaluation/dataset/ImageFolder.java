package io.groundstream.evaluation.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a dataset's images in a folder. COCO's images may lie in the folder itself, in a folder of
 * their split (train2014, val2014, …), or have the names of 2017, which lack the split.
 */
public final class ImageFolder {
  private static final Pattern COCO = Pattern.compile("COCO_([a-z]+\\d{4})_(\\d{12}\\.jpg)");

  private final Path folder;

  private ImageFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens a folder.
   *
   * @throws DatasetException if there is no such folder
   */
  public static ImageFolder open(Path folder) throws DatasetException {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(folder + ": no such folder (expected: the dataset's images)");
    }
    // A name is resolved against it and must stay within, which "." has no prefix to show.
    return new ImageFolder(folder.toAbsolutePath().normalize());
  }

  /** Returns the file of an image, or null if there is none. */
  public @Nullable Path find(String name) {
    for (String candidate : candidates(name)) {
      Path file = folder.resolve(candidate).normalize();
      if (file.startsWith(folder) && Files.isRegularFile(file)) {
        return file;
      }
    }
    return null;
  }

  /**
   * Checks that all images are there.
   *
   * @throws DatasetException with their number and the first name, if some are missing
   */
  public void check(Collection<String> names) throws DatasetException {
    List<String> missing = names.stream().distinct().filter(name -> find(name) == null).toList();
    if (!missing.isEmpty()) {
      throw new DatasetException(
          folder
              + ": "
              + missing.size()
              + " of the dataset's "
              + names.stream().distinct().count()
              + " images are missing, the first is "
              + JsonFile.brief(missing.get(0))
              + " (expected: all of them, or --limit N for the first N questions)");
    }
  }

  private static List<String> candidates(String name) {
    List<String> candidates = new ArrayList<>(List.of(name));
    Matcher coco = COCO.matcher(name);
    if (coco.matches()) {
      String year2017 = coco.group(2);
      candidates.add(coco.group(1) + "/" + name);
      candidates.add(year2017);
      candidates.add("train2017/" + year2017);
      candidates.add("val2017/" + year2017);
    } else {
      candidates.add("flickr30k-images/" + name);
    }
    return candidates;
  }
}
