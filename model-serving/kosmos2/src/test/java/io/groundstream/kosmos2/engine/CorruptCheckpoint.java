package io.groundstream.kosmos2.engine;

import static java.util.Objects.requireNonNull;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** A checkpoint whose results are not finite for one token. */
final class CorruptCheckpoint {
  private static final Path UNTIED = Path.of("src/test/resources/checkpoints/random-untied-f32");

  private CorruptCheckpoint() {}

  /** Copies a checkpoint and sets the embedding of a token, but not its logit, to NaN. */
  static Path withoutNumberFor(int token, Path directory) throws IOException {
    try (Stream<Path> files = Files.list(UNTIED)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    TensorInfo embeddings =
        requireNonNull(
            Checkpoint.open(directory).tensors().get("text_model.model.embed_tokens.weight"));
    int width = (int) embeddings.shape()[1];
    ByteBuffer row = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (row.hasRemaining()) {
      row.putFloat(Float.NaN);
    }
    try (FileChannel channel = FileChannel.open(embeddings.file(), StandardOpenOption.WRITE)) {
      channel.write(row.flip(), embeddings.offset() + (long) token * row.capacity());
    }
    return directory;
  }
}
