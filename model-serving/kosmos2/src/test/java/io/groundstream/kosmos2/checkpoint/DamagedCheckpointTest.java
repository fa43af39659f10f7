package io.groundstream.kosmos2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A checkpoint with arbitrarily changed bytes is either rejected with a {@link
 * CheckpointException}, or its tensors' locations are valid for its files.
 */
class DamagedCheckpointTest {
  /** Overwrites some bytes, truncates the end, and may change the header length. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Damage(List<Integer> positions, byte[] bytes, int cut, int lengthChange) {
    byte[] apply(byte[] file, int within) {
      byte[] damaged = Arrays.copyOf(file, Math.max(0, file.length - cut));
      for (int i = 0; i < positions.size(); i++) {
        int position = positions.get(i) % within;
        if (position < damaged.length) {
          damaged[position] = bytes[i % bytes.length];
        }
      }
      if (lengthChange != 0 && damaged.length >= 8) {
        ByteBuffer buffer = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(0, buffer.getLong(0) + lengthChange);
      }
      return damaged;
    }
  }

  private static Path directory = Path.of("");

  @BeforeContainer
  static void makeCheckpoint() throws IOException {
    directory = Files.createTempDirectory("damaged-checkpoint");
    MiniatureCheckpoint.in(directory).write();
  }

  @AfterContainer
  static void deleteCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void damagedWeights(@ForAll("damages") Damage damage) throws IOException {
    Path weights = directory.resolve("model.safetensors");
    byte[] original = Files.readAllBytes(weights);
    int headerEnd = 8 + (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong();
    openDamaged(weights, original, damage.apply(original, headerEnd));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void damagedConfiguration(@ForAll("damages") Damage damage) throws IOException {
    Path config = directory.resolve("config.json");
    byte[] original = Files.readAllBytes(config);
    openDamaged(config, original, damage.apply(original, original.length));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void damagedImageProcessing(@ForAll("damages") Damage damage) throws IOException {
    Path config = directory.resolve("preprocessor_config.json");
    byte[] original = Files.readAllBytes(config);
    openDamaged(config, original, damage.apply(original, original.length));
  }

  private static void openDamaged(Path file, byte[] original, byte[] damaged) throws IOException {
    Files.write(file, damaged);
    try {
      Checkpoint checkpoint = Checkpoint.open(directory);
      for (TensorInfo tensor : checkpoint.tensors().values()) {
        long elements = Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
        assertThat(tensor.byteCount()).isEqualTo(elements * tensor.type().byteSize());
        assertThat(tensor.offset()).isPositive();
        assertThat(tensor.offset() + tensor.byteCount())
            .isLessThanOrEqualTo(Files.size(tensor.file()));
      }
    } catch (CheckpointException e) {
      assertThat(e).message().contains(directory.toString());
    } finally {
      Files.write(file, original);
    }
  }

  @Provide
  Arbitrary<Damage> damages() {
    // Mostly JSON syntax, since the parser rejects most other bytes.
    Arbitrary<Byte> bytes =
        Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.of(jsonBytes())), Tuple.of(1, Arbitraries.bytes()));
    return Combinators.combine(
            Arbitraries.integers().between(0, 1 << 20).list().ofMaxSize(4),
            bytes.array(byte[].class).ofMinSize(1).ofMaxSize(4),
            Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(0, 100_000))),
            Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(0)), Tuple.of(1, Arbitraries.integers())))
        .as(Damage::new);
  }

  private static List<Byte> jsonBytes() {
    return "0123456789-.e{}[]\",: tfn".chars().mapToObj(c -> (byte) c).toList();
  }
}
