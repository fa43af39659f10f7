package io.groundstream.console.view;

import io.groundstream.console.render.Thumbnail;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Images in a folder, each under its identifier. */
final class ImageFolder {
  private final Path folder;
  private final ImageDecoder images;
  private final long maxBytes;

  ImageFolder(Path folder, ImageDecoder images, long maxBytes) {
    this.folder = folder;
    this.images = images;
    this.maxBytes = maxBytes;
  }

  /** Returns the image, or why there is none. */
  LoadedImage load(String id) {
    try {
      Path root = folder.toRealPath();
      Path file = root.resolve(id).normalize();
      if (!file.startsWith(root) || !Files.isRegularFile(file)) {
        return LoadedImage.none("it is not in " + folder);
      }
      // Identifiers come from records, and links may lead anywhere.
      if (!file.toRealPath().startsWith(root)) {
        return LoadedImage.none("it is a link out of " + folder);
      }
      if (Files.size(file) > maxBytes) {
        return LoadedImage.none("the file has more than " + maxBytes + " bytes");
      }
      return LoadedImage.of(Thumbnail.of(Files.readAllBytes(file), images));
    } catch (InvalidPathException e) {
      return LoadedImage.none("it is not in " + folder);
    } catch (IOException e) {
      return LoadedImage.none("it cannot be read: " + e);
    } catch (ImageException e) {
      return LoadedImage.none("it cannot be shown: " + e.getMessage());
    }
  }
}
