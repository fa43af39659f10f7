package io.groundstream.evaluation.dataset;

import java.nio.file.Path;

/** The drawn scenes in the formats of the datasets. */
public final class Scenes {
  public static final Path FOLDER = Path.of("scenes");
  public static final Path ENTITIES = FOLDER.resolve("flickr30k-entities");
  public static final Path REFCOCO = FOLDER.resolve("refcoco");

  private Scenes() {}
}
