package io.groundstream.it;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes events with the demo's scenes. */
final class Events {
  static final Path SCENES = Path.of("..", "jobs", "demo-scenes");

  private Events() {}

  static ImageEvent event(String id, String scene, ImageRequest... requests) throws IOException {
    return ImageEvent.newBuilder()
        .setEventId(id)
        .setImageBytes(ByteBuffer.wrap(Files.readAllBytes(SCENES.resolve(scene))))
        .setRequests(Arrays.asList(requests))
        .build();
  }

  static ImageRequest request(String task, @Nullable String text, RequestBox... boxes) {
    return ImageRequest.newBuilder()
        .setTask(task)
        .setText(text)
        .setBoxes(Arrays.asList(boxes))
        .build();
  }
}
