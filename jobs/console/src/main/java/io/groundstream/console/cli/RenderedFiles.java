package io.groundstream.console.cli;

import io.groundstream.console.render.BoxRenderer;
import io.groundstream.console.render.PageBox;
import io.groundstream.console.render.PagePhrase;
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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes pictures with their boxes drawn into a folder: {@code cat.jpg} as {@code cat.png}. */
final class RenderedFiles {
  private final Path folder;
  private final BoxRenderer renderer = new BoxRenderer();
  private final ImageDecoder decoder;
  private final Set<String> taken = new HashSet<>();

  private RenderedFiles(Path folder, ImageOptions images) {
    this.folder = folder;
    this.decoder = new ImageDecoder(images);
  }

  /** Opens a folder, creating it if need be. */
  static RenderedFiles in(Path folder, ImageOptions images) throws CommandException {
    try {
      Files.createDirectories(folder);
      return new RenderedFiles(folder, images);
    } catch (IOException e) {
      throw new CommandException("--render " + folder + ": cannot be created: " + e, e);
    }
  }

  /** Draws an answer on its picture. */
  void write(String imageName, byte[] imageBytes, GroundedAnswer answer) throws CommandException {
    Path file = folder.resolve(freeName(imageName));
    try {
      List<PagePhrase> phrases =
          answer.grounded().phrases().stream().map(RenderedFiles::phrase).toList();
      Files.write(file, renderer.render(decoder.decode(imageBytes), phrases));
    } catch (ImageException e) {
      throw new IllegalStateException("A picture that was decoded before", e);
    } catch (IOException e) {
      throw new CommandException(file + ": cannot be written: " + e, e);
    }
  }

  /** Pictures of one name from different folders must not overwrite each other. */
  private String freeName(String imageName) {
    int dot = imageName.lastIndexOf('.');
    String stem = dot > 0 ? imageName.substring(0, dot) : imageName;
    String name = stem;
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = stem + "-" + i;
    }
    return name + ".png";
  }

  private static PagePhrase phrase(Phrase phrase) {
    return new PagePhrase(
        phrase.phrase(),
        phrase.start(),
        phrase.end(),
        phrase.boxes().stream().map(RenderedFiles::box).toList());
  }

  private static PageBox box(PhraseBox box) {
    return new PageBox(
        box.box().xMin(),
        box.box().yMin(),
        box.box().xMax(),
        box.box().yMax(),
        box.confidence(),
        box.given());
  }
}
