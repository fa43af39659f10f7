package io.groundstream.console.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.ImageFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillManifestTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @Test
  void anImagesQuestionsAreSplitAtTheJobsLimit() throws Exception {
    Files.write(folder.resolve("a b.jpg"), new byte[1]);
    List<Query> queries =
        IntStream.range(0, 33)
            .mapToObj(index -> new Query("q" + index, "a b.jpg", "question", "Why?", List.of()))
            .toList();

    BackfillManifest.write(folder.resolve("m.jsonl"), queries, ImageFolder.open(folder));

    List<String> lines = Files.readAllLines(folder.resolve("m.jsonl"));
    assertThat(lines).hasSize(2);
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(first.path("requests")).hasSize(32);
    assertThat(first.path("uri").asText()).startsWith("file:///").endsWith("/a%20b.jpg");
    JsonNode second = JSON.readTree(lines.get(1));
    assertThat(second.path("id").asText()).isEqualTo("a b.jpg#1");
    assertThat(second.path("requests").path(0).path("request_id").asText()).isEqualTo("q32");
    assertThat(second.path("requests").path(0).path("text").asText()).isEqualTo("Why?");
  }

  @Test
  void everyQuestionNeedsItsImage() {
    Path file = folder.resolve("m.jsonl");

    assertThatThrownBy(() -> write(file, new Query("q", null, "prompt", "A", List.of())))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("question q has no image");
    assertThatThrownBy(() -> write(file, new Query("q", "none.jpg", "caption", null, List.of())))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("images are missing, the first is none.jpg");
    assertThat(file).doesNotExist();
  }

  private void write(Path file, Query query) throws DatasetException {
    BackfillManifest.write(file, List.of(query), ImageFolder.open(folder));
  }
}
