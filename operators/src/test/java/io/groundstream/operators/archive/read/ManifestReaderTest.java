package io.groundstream.operators.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RequestBox;
import io.groundstream.operators.archive.Archives;
import io.groundstream.operators.archive.plan.ArchiveException;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestReaderTest {
  @TempDir Path folder;

  private ArchiveSettings write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
    return Archives.settings(folder.resolve(name).toString());
  }

  private static final String CSV =
      """
      id,uri,camera,requests
      a,pictures/1.jpg,seven,
      b,"pictures/two, and ""a half"".jpg","one
      two","[{""task"": ""phrase-grounding"", ""text"": ""a dog""}]"
      c,file:///elsewhere/3.jpg
      c,file:///elsewhere/3.jpg,x,,too many
      d,"unclosed,seven,
      e,/absolute/5.jpg,,
      a,pictures/1.jpg,again,

      ,pictures/7.jpg,,"[{}]"
      f,,seven,
      g,pictures/é.jpg,,
      """;

  private static final List<String> CSV_TOLD =
      List.of(
          "a{camera=seven}",
          "b{camera=one\ntwo}",
          "c",
          "manifest-line-invalid",
          "manifest-line-invalid",
          "e{camera=}",
          "duplicate-key",
          "manifest-line-invalid",
          "manifest-line-invalid",
          "g{camera=}");

  @Test
  void readsCommaSeparatedValues() throws Exception {
    List<ArchivedEvent> events = Reading.all(write("m.csv", CSV));

    assertThat(Reading.outcomes(events)).containsExactlyElementsOf(CSV_TOLD);
    String here = folder.toUri().toString();
    assertThat(Reading.event(events.get(0)).getImageUri()).isEqualTo(here + "pictures/1.jpg");
    ImageEvent second = Reading.event(events.get(1));
    assertThat(second.getImageUri()).isEqualTo(here + "pictures/two,%20and%20%22a%20half%22.jpg");
    assertThat(second.getRequests().get(0).getText()).isEqualTo("a dog");
    assertThat(second.getEventId()).isEqualTo("b");
    assertThat(events.get(1).event().getOriginPosition()).isEqualTo("3");
    assertThat(events.get(3).event().getFailureMessage())
        .contains("m.csv, line 6: 5 fields (expected: at most 4, as the header)");
    assertThat(events.get(4).event().getFailureMessage()).contains("line 7: ");
    assertThat(Reading.event(events.get(5)).getImageUri()).isEqualTo("file:///absolute/5.jpg");
  }

  @Test
  void readsJsonLines() throws Exception {
    List<ArchivedEvent> events =
        Reading.all(
            write(
                "m.jsonl",
                """
                {"id": 1, "uri": "1.jpg", "size": {"w": 3}, "tags": ["a"]}
                {"uri": "s3://bucket/2.jpg", "requests": [{"task": "referring-expression", \
                "boxes": [{"x_min": 0, "y_min": 0.25, "x_max": 0.5, "y_max": 1}]}]}
                {"uri": "3.jpg"
                [1]
                {"uri": 4}
                {"uri": "5.jpg", "requests": [{"task": "caption", "prompt": "x"}]}
                {"uri": "6.jpg"} {"uri": "7.jpg"}
                {"id": "8", "uri": "8.jpg"}\
                """));

    assertThat(Reading.outcomes(events))
        .containsExactly(
            "1{size.w=3, tags=[\"a\"]}",
            "m/2",
            "manifest-line-invalid",
            "manifest-line-invalid",
            "manifest-line-invalid",
            "manifest-line-invalid",
            "manifest-line-invalid",
            "8");
    ImageEvent second = Reading.event(events.get(1));
    assertThat(second.getImageUri()).isEqualTo("s3://bucket/2.jpg");
    assertThat(second.getRequests().get(0).getBoxes())
        .containsExactly(new RequestBox(0.0, 0.25, 0.5, 1.0, null));
  }

  @Test
  void continuesAfterEveryRow() throws Exception {
    ArchiveSettings settings = write("m.csv", CSV);
    UnitPart part = Reading.parts(settings).get(0);
    List<ArchivedEvent> events =
        Reading.from(part, PartPosition.startOf(part), Reading.context(settings));
    for (int i = 0; i < events.size(); i++) {
      assertThat(
              Reading.outcomes(
                  Reading.from(part, events.get(i).after(), Reading.context(settings))))
          .containsExactlyElementsOf(CSV_TOLD.subList(i + 1, CSV_TOLD.size()));
    }
  }

  @Test
  void severalReadersShareOneManifest() throws Exception {
    StringBuilder text = new StringBuilder("id,uri\n");
    for (int i = 0; i < 100_000; i++) {
      text.append(i).append(",pictures/").append(i).append(".jpg\n");
    }
    ArchiveSettings settings = write("m.csv", text.toString());

    assertThat(Reading.parts(settings)).hasSizeGreaterThan(50);
    List<ArchivedEvent> events = Reading.all(settings);
    assertThat(events).hasSize(100_000);
    assertThat(events.get(99_999).event().getOriginPosition()).isEqualTo("100001");
    assertThat(Reading.outcome(events.get(99_999))).isEqualTo("99999");
  }

  @Test
  void aManifestWithoutRowsOrHeaderIsReported() throws Exception {
    assertThat(Reading.outcomes(Reading.all(write("m.jsonl", "\n\n"))))
        .containsExactly("manifest-invalid");
    assertThat(Reading.outcomes(Reading.all(write("n.csv", "id,uri\n"))))
        .containsExactly("manifest-invalid");
    assertThatThrownBy(() -> Reading.all(write("o.csv", "uri,uri\na,b\n")))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("o.csv: line 1: [uri, uri]: uri comes more than once");
  }

  @Test
  void anyBytesAreRowsOrDeadLetters() throws Exception {
    Random random = new Random(11);
    byte[] sound = CSV.getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 500; round++) {
      byte[] damaged = sound.clone();
      for (int i = 0; i < 3; i++) {
        // The header stays intact.
        damaged[30 + random.nextInt(damaged.length - 30)] =
            (byte) (random.nextBoolean() ? '"' : random.nextInt());
      }
      Files.write(folder.resolve("m.csv"), damaged);
      Files.write(folder.resolve("m.jsonl"), damaged);
      assertThat(Reading.all(Archives.settings(folder.resolve("m.csv").toString()))).isNotEmpty();
      assertThat(Reading.all(Archives.settings(folder.resolve("m.jsonl").toString()))).isNotEmpty();
    }
  }
}
