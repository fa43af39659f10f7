package io.groundstream.console.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoEventsTest {
  @TempDir Path folder;

  @Test
  void theBundledScenesAreAskedSeveralThings() throws IOException, GroundingException {
    DemoEvents events = DemoEvents.of(Path.of("..", "demo-scenes"));
    assertThat(events.count()).isEqualTo(24);
    Set<String> tasks = new TreeSet<>();
    for (int index = 0; index < events.count(); index++) {
      ImageEvent event = events.event(index);
      assertThat(event.getEventId()).matches("scene-0\\d\\d\\.jpg");
      assertThat(event.getImageBytes().remaining()).isPositive();
      assertThat(event.getRequests()).hasSize(2);
      assertThat(event.getRequests().get(0).getTask()).isEqualTo("grounded-caption");
      for (ImageRequest request : event.getRequests()) {
        Task task = Task.parse(request.getTask());
        tasks.add(task.id());
        assertThat(request.getText() != null).isEqualTo(task.takesText());
        assertThat(!request.getBoxes().isEmpty()).isEqualTo(task.takesBoxes());
        if (request.getText() != null) {
          assertThat(request.getText()).isNotBlank().doesNotContain("<").doesNotContain("Answer");
        }
        request
            .getBoxes()
            .forEach(
                box ->
                    assertThat(
                            new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax())
                                .problem())
                        .isNull());
      }
    }
    assertThat(tasks)
        .containsExactly(
            "detailed-caption",
            "grounded-caption",
            "phrase-grounding",
            "question",
            "referring-expression");
  }

  @Test
  void anyFilesAreEventsInTheOrderOfTheirNames() throws IOException {
    for (String name : List.of("b.png", "a.jpg", "c.txt", ".hidden")) {
      Files.writeString(folder.resolve(name), name);
    }
    Files.createDirectory(folder.resolve("folder"));
    DemoEvents events = DemoEvents.of(folder);
    List<String> names = new ArrayList<>();
    for (int index = 0; index < events.count(); index++) {
      names.add(events.event(index).getEventId());
    }
    assertThat(names).containsExactly("a.jpg", "b.png", "c.txt");
    assertThat(events.event(0).getRequests()).hasSize(1);
    assertThat(events.event(1).getRequests()).hasSize(2);
  }
}
