package io.groundstream.console.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The demo's images as image events. All are captioned. An image that {@code truth.jsonl} describes
 * gets one more request, in turn: a long caption, the place of something, the thing at a place, a
 * question. Every second one of the other images gets a long caption as well.
 */
final class DemoEvents {
  static final String TRUTH = "truth.jsonl";

  /** Files beside the bundled images that are not images. */
  private static final List<String> OTHER_FILES = List.of(TRUTH, "NOTICE", "LICENSE");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Path> files;
  private final Map<String, JsonNode> truths;

  private DemoEvents(List<Path> files, Map<String, JsonNode> truths) {
    this.files = files;
    this.truths = truths;
  }

  /** Lists a folder; its images are read when their events are made. */
  static DemoEvents of(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry)
            && !Files.isHidden(entry)
            && !OTHER_FILES.contains(entry.getFileName().toString())) {
          files.add(entry);
        }
      }
    }
    Collections.sort(files);
    Map<String, JsonNode> truths = new HashMap<>();
    Path truth = folder.resolve(TRUTH);
    if (Files.exists(truth)) {
      for (String line : Files.readAllLines(truth)) {
        JsonNode node = JSON.readTree(line);
        truths.put(node.path("image").asText(), node);
      }
    }
    return new DemoEvents(files, truths);
  }

  int count() {
    return files.size();
  }

  /** Reads an image and makes its event, whose identifier is the file's name. */
  ImageEvent event(int index) throws IOException {
    Path file = files.get(index);
    String name = file.getFileName().toString();
    return ImageEvent.newBuilder()
        .setEventId(name)
        .setImageBytes(ByteBuffer.wrap(Files.readAllBytes(file)))
        .setRequests(requests(index, truths.get(name)))
        .build();
  }

  private static List<ImageRequest> requests(int index, @Nullable JsonNode truth) {
    List<ImageRequest> requests = new ArrayList<>();
    requests.add(request("grounded-caption", null, List.of()));
    if (truth == null) {
      if (index % 2 == 1) {
        requests.add(request("detailed-caption", null, List.of()));
      }
      return requests;
    }
    JsonNode tasks = truth.path("tasks");
    switch (index % 4) {
      case 0 -> requests.add(request("detailed-caption", null, List.of()));
      case 1 -> {
        String prompt = tasks.path("refer").path("prompt").asText();
        requests.add(
            request("phrase-grounding", between(prompt, "<phrase>", "</phrase>"), List.of()));
      }
      case 2 -> {
        JsonNode box = truth.path("objects").path(0).path("box");
        RequestBox region =
            new RequestBox(
                box.path(0).asDouble(),
                box.path(1).asDouble(),
                box.path(2).asDouble(),
                box.path(3).asDouble(),
                null);
        requests.add(request("referring-expression", null, List.of(region)));
      }
      default -> {
        String prompt = tasks.path("vqa").path("prompt").asText();
        requests.add(request("question", between(prompt, "Question:", "Answer:"), List.of()));
      }
    }
    return requests;
  }

  private static ImageRequest request(String task, @Nullable String text, List<RequestBox> boxes) {
    return ImageRequest.newBuilder().setTask(task).setText(text).setBoxes(boxes).build();
  }

  private static String between(String text, String before, String after) {
    int start = text.indexOf(before) + before.length();
    int end = text.indexOf(after, start);
    return end < 0 ? text : text.substring(start, end).strip();
  }
}
