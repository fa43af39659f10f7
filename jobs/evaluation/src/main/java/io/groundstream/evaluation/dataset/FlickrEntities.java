package io.groundstream.evaluation.dataset;

import io.groundstream.evaluation.metric.PixelBox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The folder of Flickr30k Entities: {@code Sentences/ID.txt} with marked phrases, and {@code
 * Annotations/ID.xml} with boxes. Keeps the image that was read last. Not thread-safe.
 */
public final class FlickrEntities {
  private static final Pattern MARKED =
      Pattern.compile("\\[/EN#(\\d+)((?:/[^\\s/\\]]+)+)\\s+([^\\]]*)\\]");

  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private static final XMLInputFactory XML = XMLInputFactory.newInstance();

  static {
    // The files need no entities, and an entity could read any file or page.
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
  }

  private final Path folder;
  private @Nullable Image last;

  /** A phrase of a sentence: its id, types, text, and place in UTF-16 units. */
  record Phrase(String id, List<String> types, String text, int start) {}

  /** One of an image's sentences, without the marks. */
  record Sentence(String text, List<Phrase> phrases) {}

  /** All that the folder knows of an image. */
  record Image(
      String id,
      double width,
      double height,
      List<Sentence> sentences,
      Map<String, List<PixelBox>> boxesByPhrase) {}

  private FlickrEntities(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens the folder.
   *
   * @throws DatasetException if it lacks one of the two folders
   */
  public static FlickrEntities open(Path folder) throws DatasetException {
    for (String name : List.of("Annotations", "Sentences")) {
      if (!Files.isDirectory(folder.resolve(name))) {
        throw new DatasetException(
            folder.resolve(name)
                + ": no such folder (expected: Flickr30k Entities' Annotations/ID.xml and"
                + " Sentences/ID.txt)");
      }
    }
    return new FlickrEntities(folder);
  }

  Image image(String id) throws DatasetException {
    Image image = last;
    if (image == null || !image.id().equals(id)) {
      if (!id.matches("[\\w-]+")) {
        throw new DatasetException(
            "image " + JsonFile.brief(id) + " (expected: an id of Flickr30k)");
      }
      image = read(id);
      last = image;
    }
    return image;
  }

  private Image read(String id) throws DatasetException {
    Path sentences = folder.resolve("Sentences").resolve(id + ".txt");
    List<Sentence> parsed = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(sentences, StandardCharsets.UTF_8)) {
        if (!line.isBlank()) {
          parsed.add(sentence(line, sentences));
        }
      }
    } catch (IOException e) {
      throw JsonFile.unreadable(sentences, e);
    }
    Path annotation = folder.resolve("Annotations").resolve(id + ".xml");
    Map<String, List<PixelBox>> boxes = new HashMap<>();
    double[] size = new double[2];
    try (InputStream in = Files.newInputStream(annotation)) {
      readAnnotation(XML.createXMLStreamReader(in), annotation, size, boxes);
    } catch (XMLStreamException e) {
      throw new DatasetException(
          annotation
              + (e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNumber())
              + ": not XML without entities (expected: an annotation of Flickr30k Entities)",
          e);
    } catch (IOException e) {
      throw JsonFile.unreadable(annotation, e);
    }
    return new Image(id, size[0], size[1], parsed, boxes);
  }

  /** Returns a text whose words are one space apart, as MDETR's captions have them. */
  static String collapsed(String text) {
    return WHITE_SPACE.matcher(text).replaceAll(" ").strip();
  }

  /** Takes the marks out of a line such as {@code [/EN#1/people A man] in [/EN#2/other a hat] .} */
  static Sentence sentence(String written, Path file) throws DatasetException {
    String line = collapsed(written);
    StringBuilder text = new StringBuilder();
    List<Phrase> phrases = new ArrayList<>();
    Matcher marked = MARKED.matcher(line);
    int copied = 0;
    while (marked.find()) {
      text.append(line, copied, marked.start());
      String words = marked.group(3).strip();
      phrases.add(
          new Phrase(
              marked.group(1),
              List.of(marked.group(2).substring(1).split("/")),
              words,
              text.length()));
      text.append(words);
      copied = marked.end();
    }
    text.append(line, copied, line.length());
    if (text.indexOf("[/EN#") >= 0) {
      throw new DatasetException(
          file + ": " + JsonFile.brief(line) + " (expected: [/EN#ID/TYPE PHRASE] for each phrase)");
    }
    return new Sentence(text.toString(), phrases);
  }

  private static void readAnnotation(
      XMLStreamReader xml, Path file, double[] size, Map<String, List<PixelBox>> boxes)
      throws XMLStreamException, DatasetException {
    List<String> names = new ArrayList<>();
    Map<String, Double> corners = new HashMap<>();
    while (xml.hasNext()) {
      xml.next();
      if (xml.isStartElement()) {
        switch (xml.getLocalName()) {
          case "object" -> names.clear();
          case "bndbox" -> corners.clear();
          case "name" -> names.add(xml.getElementText().strip());
          case "width" -> size[0] = number(xml, file);
          case "height" -> size[1] = number(xml, file);
          case "xmin", "ymin", "xmax", "ymax" -> {
            String corner = xml.getLocalName();
            corners.put(corner, number(xml, file));
          }
          default -> {}
        }
      } else if (xml.isEndElement() && xml.getLocalName().equals("bndbox")) {
        if (corners.size() != 4 || names.isEmpty()) {
          throw new DatasetException(
              file + ": a bndbox of " + corners.keySet() + " (expected: names and four corners)");
        }
        PixelBox box =
            new PixelBox(
                corners.getOrDefault("xmin", 0.0),
                corners.getOrDefault("ymin", 0.0),
                corners.getOrDefault("xmax", 0.0),
                corners.getOrDefault("ymax", 0.0));
        names.forEach(name -> boxes.computeIfAbsent(name, unused -> new ArrayList<>()).add(box));
      }
    }
    if (!(size[0] > 0 && size[1] > 0)) {
      throw new DatasetException(file + ": no size of the image (expected: <size>)");
    }
  }

  private static double number(XMLStreamReader xml, Path file)
      throws XMLStreamException, DatasetException {
    String name = xml.getLocalName();
    String text = xml.getElementText().strip();
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new DatasetException(
          file + ": " + name + ": " + JsonFile.brief(text) + " (expected: a number)", e);
    }
  }
}
