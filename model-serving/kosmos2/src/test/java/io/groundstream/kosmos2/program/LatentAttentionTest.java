package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every latent query sees every patch, as in the paper. Transformers 5.18 with its default
 * attention masks them causally (latent <i>i</i> sees only keys 0 to <i>i</i>), which gives other
 * answers.
 */
final class LatentAttentionTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");

  @TempDir Path directory;

  @Test
  void theFirstLatentSeesTheLastPatch() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(withoutMixingOfPatches());
    int size = checkpoint.config().vision().imageSize();
    int patch = checkpoint.config().vision().patchSize();
    byte[] black = new byte[size * size * 3];
    byte[] dotted = black.clone();
    // Within the last patch, on which no other patch's feature depends in this checkpoint.
    dotted[3 * ((size - patch / 2) * size - patch / 2)] = (byte) 255;
    try (Kosmos2Program program =
            Kosmos2Program.load(
                checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE);
        ImageFeatures features = program.encode(List.of(black, dotted))) {
      float[] values = features.toFloats();
      int latents = checkpoint.config().latentQueryCount();
      int width = checkpoint.config().text().embedDim();
      for (int latent = 0; latent < latents; latent++) {
        float difference = 0;
        for (int i = latent * width; i < (latent + 1) * width; i++) {
          difference = Math.max(difference, Math.abs(values[i] - values[latents * width + i]));
        }
        assertThat(difference).as("latent %d", latent).isGreaterThan(1e-6f);
      }
    }
  }

  /**
   * Copies a checkpoint with vision layers that add nothing, so that patches do not affect each
   * other.
   */
  private Path withoutMixingOfPatches() throws IOException {
    try (Stream<Path> files = Files.list(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    for (TensorInfo tensor : Checkpoint.open(directory).tensors().values()) {
      if (tensor.name().contains("vision_model.model.encoder")
          && (tensor.name().contains("out_proj") || tensor.name().contains("fc2"))) {
        try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.allocate((int) tensor.byteCount()), tensor.offset());
        }
      }
    }
    return directory;
  }
}
