package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.settings.ArchiveSettings;

/**
 * What all readers of a subtask share.
 *
 * @param maxPictureBytes the largest picture that is read
 */
public record ReadContext(ArchiveSettings settings, int maxPictureBytes, ReaderCounts counts) {
  String tooLarge(String what) {
    return what + " (expected: at most " + maxPictureBytes + ", model.max-image-bytes)";
  }
}
