package io.groundstream.kosmos2.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.kosmos2.checkpoint.Activation;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.checkpoint.TextConfig;
import io.groundstream.kosmos2.checkpoint.VisionConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The golden answers of the reference, and the tokenizer that produced them. */
final class Goldens {
  static final Path DEMO_TOKENIZER = Path.of("../demo-checkpoint", "tokenizer.json");

  /** The demo checkpoint's configuration, as far as the tokenizer reads it. */
  static final Kosmos2Config DEMO_CONFIG = config(1201);

  /** Shared by all tests of this JVM and never closed. */
  static final Kosmos2Tokenizer DEMO = openDemo();

  private Goldens() {}

  static Kosmos2Config config(int vocabSize) {
    return new Kosmos2Config(
        new TextConfig(vocabSize, 512, 192, 4, 768, 6, Activation.GELU, 1e-5, true, 1, 0, 2),
        new VisionConfig(192, 768, 4, 3, 3, 224, 16, Activation.QUICK_GELU, 1e-5),
        64,
        true);
  }

  private static Kosmos2Tokenizer openDemo() {
    try {
      return Kosmos2Tokenizer.open(DEMO_TOKENIZER, DEMO_CONFIG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonNode> read(String name) {
    ObjectMapper json = new ObjectMapper();
    try (InputStream in =
        Objects.requireNonNull(Goldens.class.getResourceAsStream("/goldens/" + name))) {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.isBlank()) {
          lines.add(json.readTree(line));
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int index = 0; index < values.length; index++) {
      values[index] = array.get(index).asInt();
    }
    return values;
  }

  static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) array.get(index).asDouble();
    }
    return values;
  }

  static Box box(JsonNode array) {
    return new Box(
        array.get(0).asDouble(),
        array.get(1).asDouble(),
        array.get(2).asDouble(),
        array.get(3).asDouble());
  }

  /** Formats entities as in the golden files, so that differences are easy to read. */
  static List<String> entities(JsonNode entities) {
    List<String> lines = new ArrayList<>();
    for (JsonNode entity : entities) {
      List<Box> boxes = new ArrayList<>();
      entity.get(2).forEach(box -> boxes.add(box(box)));
      lines.add(
          line(
              entity.get(0).asText(),
              entity.get(1).get(0).asInt(),
              entity.get(1).get(1).asInt(),
              boxes));
    }
    return lines;
  }

  static List<String> entities(List<Phrase> phrases) {
    List<String> lines = new ArrayList<>();
    for (Phrase phrase : phrases) {
      lines.add(
          line(
              phrase.phrase(),
              phrase.start(),
              phrase.end(),
              phrase.boxes().stream().map(PhraseBox::box).toList()));
    }
    return lines;
  }

  private static String line(String phrase, int start, int end, List<Box> boxes) {
    return "'" + phrase + "' " + start + ".." + end + " " + boxes;
  }
}
