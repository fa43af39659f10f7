package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.DatasetException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a dataset is.
 *
 * @param annotations its file of annotations; each benchmark says which
 * @param entities the folder of Flickr30k Entities; null for other datasets
 * @param questions VQAv2's file of questions; null for other datasets
 * @param split the split's name, or null to take it from the name of the file
 */
public record BenchmarkFiles(
    @Nullable Path annotations,
    @Nullable Path entities,
    @Nullable Path questions,
    @Nullable String split) {
  private static final String[] SPLITS = {"testA", "testB", "test-dev", "val", "test", "train"};

  Path requiredAnnotations(String expected) throws DatasetException {
    return required("--annotations", annotations, expected);
  }

  Path requiredEntities(String expected) throws DatasetException {
    return required("--entities", entities, expected);
  }

  Path requiredQuestions(String expected) throws DatasetException {
    return required("--questions", questions, expected);
  }

  private static Path required(String option, @Nullable Path file, String expected)
      throws DatasetException {
    if (file == null) {
      throw new DatasetException(option + ": not given (expected: " + expected + ")");
    }
    return file;
  }

  /** Returns the given split, or the one in a file's name, or an empty text. */
  String splitOf(Path file) {
    if (split != null) {
      return split;
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    for (String candidate : SPLITS) {
      if (name.contains(candidate.toLowerCase(Locale.ROOT))) {
        return candidate;
      }
    }
    return "";
  }
}
