package io.groundstream.kosmos2.checkpoint;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a checkpoint and its adapter are. An adapter is named by the caller, or is in the same
 * directory as the checkpoint, or alone in a directory, as training leaves it; then its
 * configuration names the checkpoint.
 *
 * @param base the directory of the checkpoint, which may not exist
 * @param adapter the directory of the adapter, or null
 */
record AdapterLocation(Path base, @Nullable Path adapter) {

  /**
   * Finds both.
   *
   * @param named the directory of the adapter as the caller named it, or null
   * @throws CheckpointException if there is no adapter in {@code named}, or if the checkpoint that
   *     an adapter names is not a directory
   */
  static AdapterLocation find(Path directory, @Nullable Path named) throws CheckpointException {
    if (named != null) {
      if (!isAdapter(named)) {
        throw new CheckpointException(
            "%s: missing (expected: the configuration of a LoRA adapter)"
                .formatted(named.resolve(LoraConfig.FILE_NAME)));
      }
      if (isAdapter(directory) && !isSame(directory, named)) {
        throw new CheckpointException(
            "%s: an adapter, too (expected: a checkpoint without one beside the adapter %s)"
                .formatted(directory.resolve(LoraConfig.FILE_NAME), named));
      }
      return new AdapterLocation(directory, named);
    }
    if (!isAdapter(directory)) {
      return new AdapterLocation(directory, null);
    }
    return hasWeights(directory)
        ? new AdapterLocation(directory, directory)
        : new AdapterLocation(namedBase(directory), directory);
  }

  private static boolean isAdapter(Path directory) {
    return Files.isRegularFile(directory.resolve(LoraConfig.FILE_NAME));
  }

  private static boolean isSame(Path one, Path other) {
    return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }

  private static boolean hasWeights(Path directory) {
    return Files.exists(directory.resolve(WeightFiles.SINGLE_FILE_NAME))
        || Files.exists(directory.resolve(WeightFiles.INDEX_FILE_NAME));
  }

  private static Path namedBase(Path directory) throws CheckpointException {
    String name = LoraConfig.base(directory);
    try {
      if (name != null && !name.isEmpty()) {
        for (Path base : new Path[] {directory.resolve(name), Path.of(name)}) {
          if (Files.isDirectory(base) && !isAdapter(base)) {
            return base;
          }
        }
      }
    } catch (InvalidPathException e) {
      // Reported below: it cannot be a directory.
    }
    throw new CheckpointException(
        "%s: an adapter of %s, which is not a folder here (expected: model.checkpoint, or"
                .formatted(
                    directory.resolve(LoraConfig.FILE_NAME),
                    name == null ? "an unnamed model" : ShortTexts.of(name, 200))
            + " --checkpoint, is the folder of that checkpoint, and model.adapter, or --adapter,"
            + " this folder)");
  }
}
