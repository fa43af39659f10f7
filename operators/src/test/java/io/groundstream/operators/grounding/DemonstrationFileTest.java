package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.Demonstration;
import io.groundstream.avro.RequestBox;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemonstrationFileTest {
  /** As many bytes of a PNG as tell what it is. */
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13};

  @TempDir private Path folder;

  private Path file;

  @BeforeEach
  void writeImage() throws IOException {
    file = folder.resolve("shown/a b.json");
    Files.createDirectories(file.getParent());
    Files.write(file.resolveSibling("cup.png"), PNG);
  }

  private List<Demonstration> read(String json) throws Exception {
    Files.writeString(file, json);
    SettingsReader reader = new SettingsReader(Map.of("grounding.demonstrations", file.toString()));
    GroundingSettings settings = GroundingSettings.read(reader);
    reader.throwIfWrong();
    return settings.demonstrations();
  }

  @Test
  void imagesAreRelativeToTheFileOrInIt() throws Exception {
    List<Demonstration> demonstrations =
        read(
            """
            [{"image_uri": "cup.png", "text": "It is <object></object> red.",
              "boxes": [{"x_min": 0, "y_min": 0, "x_max": 0.5, "y_max": 1}]},
             {"image_bytes": "%s", "text": "It is blue."}]
            """
                .formatted(Base64.getEncoder().encodeToString(PNG)));

    assertThat(demonstrations)
        .containsExactly(
            new Demonstration(
                ByteBuffer.wrap(PNG),
                "cup.png",
                "It is <object></object> red.",
                List.of(new RequestBox(0.0, 0.0, 0.5, 1.0, null))),
            new Demonstration(ByteBuffer.wrap(PNG), null, "It is blue.", List.of()));
  }

  @Test
  void theyAreSentWithTheJobAndComparedByContent() throws Exception {
    String json = "[{\"image_uri\": \"cup.png\", \"text\": \"A cup.\"}]";
    List<Demonstration> demonstrations = read(json);
    List<Demonstration> copy =
        InstantiationUtil.deserializeObject(
            InstantiationUtil.serializeObject(demonstrations), getClass().getClassLoader());

    assertThat(copy).isEqualTo(demonstrations).isEqualTo(read(json));
  }

  @Test
  void whatIsWrongFailsAtStart() throws Exception {
    Files.writeString(file.resolveSibling("note.txt"), "no image");
    for (String[] wrong :
        new String[][] {
          {"", "the document ends"},
          {"{}", "OBJECT \\(expected: a JSON list"},
          {"[]", "0 demonstrations"},
          {
            "["
                + "{\"image_uri\":\"cup.png\",\"text\":\"a\"},".repeat(7)
                + "{\"image_uri\":\"cup.png\",\"text\":\"a\"}]",
            "8 demonstrations"
          },
          {"[{\"text\": \"A cup.\"}]", "\\[0\\]: no image"},
          {"[{\"image_uri\": \"cup.png\"}]", "\\[0\\].text: MISSING"},
          {"[{\"image_uri\": \"cup.png\", \"text\": \"a\", \"box\": []}]", "\\[0\\]: box "},
          {"[{\"image_uri\": \"cup.png\", \"text\": \" \"}]", "\\[0\\].text: blank"},
          {
            "[{\"image_uri\": \"cup.png\", \"text\": \"a\", \"boxes\": [{\"x_min\": 0, \"y_min\":"
                + " 0, \"x_max\": 2, \"y_max\": 1}]}]",
            "\\[0\\].boxes: box"
          },
          {"[{\"image_uri\": \"none.png\", \"text\": \"a\"}]", "none.png"},
          {"[{\"image_uri\": \"note.txt\", \"text\": \"a\"}]", "\\[0\\]: not an image"},
          {"[{\"image_bytes\": \"!\", \"text\": \"a\"}]", "\\[0\\].image_bytes: !"},
        }) {
      assertThatThrownBy(() -> read(wrong[0]))
          .as(wrong[0])
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("grounding.demonstrations: ")
          .hasMessageMatching("(?s).*(" + wrong[1] + ").*")
          .hasMessageContaining("(expected: the URI of a JSON file with 1 to 7 demonstrations");
    }
    assertThatThrownBy(
            () -> {
              SettingsReader reader =
                  new SettingsReader(Map.of("grounding.demonstrations", folder + "/none.json"));
              GroundingSettings.read(reader);
              reader.throwIfWrong();
            })
        .hasMessageContaining("none.json");
  }

  @Test
  void largeOnesAreRefusedBeforeTheyAreRead() throws Exception {
    Files.write(file.resolveSibling("large.png"), new byte[9 << 20]);
    assertThatThrownBy(() -> read("[{\"image_uri\": \"large.png\", \"text\": \"a\"}]"))
        .hasMessageContaining("large.png: more than ");
  }

  @Test
  void theNamesOfWrittenFieldsAreThoseOfEvents() throws Exception {
    byte[] json = "[{\"image_uri\":\"a:b\",\"text\":\"t\"}]".getBytes(StandardCharsets.UTF_8);
    assertThat(io.groundstream.operators.format.ImagesJson.readDemonstrations(json, 100))
        .containsExactly(new Demonstration(null, "a:b", "t", List.of()));
  }
}
