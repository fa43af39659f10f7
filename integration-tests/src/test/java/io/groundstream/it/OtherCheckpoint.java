package io.groundstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Makes a model that answers differently from the demo's: half of its last layer's scales differ.
 */
final class OtherCheckpoint {
  private static final String WEIGHTS = "model.safetensors";
  private static final String TENSOR = "text_model.model.layer_norm.weight";

  /** One of the seven fraction bits of a bfloat16; it changes the value by about an eighth. */
  private static final int BIT = 0x10;

  private OtherCheckpoint() {}

  /** Writes the checkpoint and returns its folder. */
  static Path create(Path checkpoint, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoint)) {
      for (Path file : files) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    byte[] weights = Files.readAllBytes(folder.resolve(WEIGHTS));
    int headerBytes = (int) ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    JsonNode tensor =
        new ObjectMapper()
            .readTree(Arrays.copyOfRange(weights, Long.BYTES, Long.BYTES + headerBytes))
            .get(TENSOR);
    int begin = Long.BYTES + headerBytes;
    JsonNode place = tensor.get("data_offsets");
    // Every second number; the lower byte comes first.
    for (int at = place.get(0).asInt(); at < place.get(1).asInt(); at += 2 * Short.BYTES) {
      weights[begin + at] ^= BIT;
    }
    Files.write(folder.resolve(WEIGHTS), weights);
    return folder;
  }
}
