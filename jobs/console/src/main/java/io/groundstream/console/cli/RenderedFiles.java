package io.groundstream.console.cli;

import io.groundstream.console.render.BoxRenderer;
import io.groundstream.console.render.Card;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes images with their boxes drawn into a folder: {@code cat.jpg} as {@code cat.png}. */
final class RenderedFiles {
  private final Path folder;
  private final BoxRenderer renderer = new BoxRenderer();
  private final ImageDecoder decoder;
  private final Set<String> taken = new HashSet<>();

  private RenderedFiles(Path folder, ImageOptions images) {
    this.folder = folder;
    this.decoder = new ImageDecoder(images);
  }

  /** Opens a folder, and creates it if it is missing. */
  static RenderedFiles in(Path folder, ImageOptions images) throws CommandException {
    try {
      Files.createDirectories(folder);
      return new RenderedFiles(folder, images);
    } catch (IOException e) {
      throw new CommandException("--render " + folder + ": cannot be created: " + e, e);
    }
  }

  /**
   * Draws an answer on one of its images.
   *
   * @param image the index of the image among those of the prompt; boxes of others are not drawn
   */
  void write(String imageName, byte[] imageBytes, GroundedAnswer answer, int image)
      throws CommandException {
    Path file = folder.resolve(freeName(imageName));
    try {
      Files.write(file, renderer.render(decoder.decode(imageBytes), phrases(answer, image)));
    } catch (ImageException e) {
      throw new IllegalStateException("an image that was decoded before", e);
    } catch (IOException e) {
      throw new CommandException(file + ": cannot be written: " + e, e);
    }
  }

  /** Images of one name from different folders must not overwrite each other. */
  private String freeName(String imageName) {
    int dot = imageName.lastIndexOf('.');
    String stem = dot > 0 ? imageName.substring(0, dot) : imageName;
    String name = stem;
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = stem + "-" + i;
    }
    return name + ".png";
  }

  private static List<Card.Phrase> phrases(GroundedAnswer answer, int image) {
    List<Card.Phrase> phrases = new ArrayList<>();
    for (Phrase phrase : answer.grounded().phrases()) {
      if (phrase.image() != image) {
        continue;
      }
      phrases.add(
          new Card.Phrase(
              phrases.size(),
              phrase.phrase(),
              phrase.start(),
              phrase.end(),
              phrase.boxes().stream().map(RenderedFiles::box).toList()));
    }
    return phrases;
  }

  private static Card.Box box(PhraseBox box) {
    return new Card.Box(
        box.box().xMin(),
        box.box().yMin(),
        box.box().xMax(),
        box.box().yMax(),
        box.confidence(),
        box.given());
  }
}
