package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.settings.ArchiveSettings;

/**
 * The context that all readers of a subtask share.
 *
 * @param maxImageBytes the maximum size of an image, in bytes
 */
public record ReadContext(ArchiveSettings settings, int maxImageBytes, ReaderCounts counts) {
  String tooLarge(String what) {
    return what + " (expected: at most " + maxImageBytes + ", model.max-image-bytes)";
  }
}
