package io.groundstream.console.cli;

import io.groundstream.images.ImageLimits;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads image files and fails with the error codes of the job. */
final class ImageFiles {
  private ImageFiles() {}

  /**
   * Returns a file's bytes.
   *
   * @throws GroundingException if there is no such file, it cannot be read, or it is larger than
   *     any image may be
   */
  static byte[] read(Path file) throws GroundingException {
    try {
      long size = Files.size(file);
      long most = ImageLimits.defaults().maxBytes();
      if (size > most) {
        throw new GroundingException(
            GroundingErrorCode.IMAGE_TOO_LARGE,
            file + ": " + size + " bytes (expected: <= " + most + ")");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new GroundingException(
          OperatorErrorCode.IMAGE_NOT_FOUND, file + ": no such file (expected: an image)", e);
    } catch (IOException e) {
      throw new GroundingException(
          OperatorErrorCode.IMAGE_UNREADABLE, file + ": cannot be read: " + e, e);
    }
  }
}
