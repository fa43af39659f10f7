package io.groundstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real checkpoints as transformers writes them, and the forms that they may have. */
class CheckpointTest {
  private static final Path DEMO = Path.of("demo-checkpoint");

  @TempDir Path directory;

  @Test
  void readsTheConfigurationOfARandomCheckpoint() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(randomTiny());

    assertThat(checkpoint.config())
        .isEqualTo(
            new Kosmos2Config(
                new TextConfig(1201, 2048, 64, 3, 160, 4, Activation.GELU, 1e-5, true, 1, 0, 2),
                new VisionConfig(48, 96, 2, 3, 3, 224, 14, Activation.QUICK_GELU, 1e-5),
                64,
                true));
    assertThat(checkpoint.config().vision().positions()).isEqualTo(257);
    assertThat(checkpoint.tokenizerFile()).isRegularFile();
    assertThat(checkpoint.directory()).isEqualTo(randomTiny());
  }

  @Test
  void needsExactlyTheTensorsThatTransformersWrites() throws Exception {
    for (Path real : new Path[] {randomTiny(), DEMO}) {
      Path weights = real.resolve("model.safetensors");
      assertThat(Checkpoint.open(real).tensors())
          .containsOnlyKeys(SafetensorsHeader.read(weights).keySet());
    }
  }

  @Test
  void readsTheDemoCheckpointInBrainFloatingPoint() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(DEMO);

    assertThat(checkpoint.tensors().values())
        .hasSize(165)
        .allSatisfy(tensor -> assertThat(tensor.type()).isEqualTo(ElementType.BF16));
    assertThat(checkpoint.weightBytes()).isEqualTo(8362752);
    assertThat(checkpoint.config().vision().patchSize()).isEqualTo(16);
  }

  @Test
  void mapsTheBytesOfEachTensor() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(randomTiny());
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(randomTiny().resolve("model.safetensors")));

    for (TensorInfo tensor : checkpoint.tensors().values()) {
      ByteBuffer mapped = checkpoint.map(tensor);
      assertThat(mapped.isDirect()).isTrue();
      assertThat(mapped.isReadOnly()).isTrue();
      assertThat(mapped.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(mapped).isEqualTo(file.slice((int) tensor.offset(), (int) tensor.byteCount()));
    }
    // As numpy reads it.
    TensorInfo norm =
        Objects.requireNonNull(checkpoint.tensors().get("text_model.model.layer_norm.weight"));
    assertThat(checkpoint.map(norm).asFloatBuffer().get(0)).isCloseTo(1.06269180f, within(1e-6f));
  }

  @Test
  void revisionIsTheDigestOfTheWeights() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(DEMO);

    assertThat(checkpoint.revision())
        .isEqualTo("sha256:15800b2ada2dd4816e95d7671b29f1e1252a654efa00b9c99666f4a5a6631091")
        .isEqualTo(checkpoint.revision());
  }

  @Test
  void revisionOfShardsIsTheDigestOfOneAfterTheOther() throws Exception {
    Checkpoint checkpoint =
        Checkpoint.open(MiniatureCheckpoint.in(directory).writeSharded().directory);

    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(Files.readAllBytes(directory.resolve(MiniatureCheckpoint.shardName(0))));
    digest.update(Files.readAllBytes(directory.resolve(MiniatureCheckpoint.shardName(1))));
    assertThat(checkpoint.revision())
        .isEqualTo("sha256:" + HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void shardsHoldTheSameTensorsAsOneFile() throws Exception {
    Checkpoint sharded =
        Checkpoint.open(MiniatureCheckpoint.in(directory).writeSharded().directory);

    assertThat(sharded.tensors().values().stream().map(TensorInfo::file).distinct()).hasSize(2);
    assertFilledAsWritten(sharded, MiniatureCheckpoint.in(directory).tensors);
  }

  @Test
  void theSingleFileGoesBeforeShards() throws Exception {
    MiniatureCheckpoint.in(directory).writeSharded().write();

    assertThat(Checkpoint.open(directory).tensors().values())
        .allSatisfy(
            tensor -> assertThat(tensor.file()).isEqualTo(directory.resolve("model.safetensors")));
  }

  @Test
  void typesMayDifferFromTensorToTensor() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.add("text_model.model.layer_norm.weight", "F16", 2, 8);
    miniature.add("text_model.model.layer_norm.bias", "BF16", 2, 8);
    Map<String, TensorInfo> tensors = Checkpoint.open(miniature.write().directory).tensors();

    assertThat(tensors.get("text_model.model.layer_norm.weight"))
        .extracting(TensorInfo::type)
        .isEqualTo(ElementType.F16);
    assertThat(tensors.get("text_model.model.layer_norm.bias"))
        .extracting(TensorInfo::type)
        .isEqualTo(ElementType.BF16);
  }

  @Test
  void toleratesTensorsThatItDoesNotKnow() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.add("vision_model.model.embeddings.position_ids", "I64", 8, 1, 5);
    miniature.add("something.of.a.later.type", "F6_E3M2", 1, 5);

    assertThat(Checkpoint.open(miniature.write().directory).tensors())
        .doesNotContainKeys(
            "vision_model.model.embeddings.position_ids", "something.of.a.later.type");
  }

  @Test
  void anUntiedHeadIsATensorOfItsOwn() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.config.put("tie_word_embeddings", false);
    miniature.text().put("tie_word_embeddings", false);
    miniature.add(NetworkTensors.HEAD, "F32", 4, 20, 8);
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
    assertThat(checkpoint.tensors()).containsKey(NetworkTensors.HEAD);
  }

  @Test
  void isTiedWhenEitherConfigurationSaysSo() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.config.put("tie_word_embeddings", false);
    assertThat(Checkpoint.open(miniature.write().directory).config().tieWordEmbeddings()).isTrue();

    miniature.config.put("tie_word_embeddings", true);
    miniature.text().put("tie_word_embeddings", false);
    assertThat(Checkpoint.open(miniature.write().directory).config().tieWordEmbeddings()).isTrue();
  }

  @Test
  void aTiedHeadAloneStandsForTheEmbedding() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    MiniatureCheckpoint.Tensor embedding =
        Objects.requireNonNull(miniature.tensors.remove(NetworkTensors.EMBEDDING));
    miniature.tensors.put(NetworkTensors.HEAD, embedding);
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    TensorInfo tensor = checkpoint.tensors().get(NetworkTensors.EMBEDDING);
    assertThat(tensor).isNotNull();
    assertThat(checkpoint.map(Objects.requireNonNull(tensor)).get(0)).isEqualTo(embedding.fill());
    assertThat(checkpoint.tensors()).doesNotContainKey(NetworkTensors.HEAD);
  }

  @Test
  void aTiedHeadThatEqualsTheEmbeddingIsLeftOut() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.tensors.put(
        NetworkTensors.HEAD,
        Objects.requireNonNull(miniature.tensors.get(NetworkTensors.EMBEDDING)));
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    assertThat(checkpoint.config().tieWordEmbeddings()).isTrue();
    assertThat(checkpoint.tensors()).doesNotContainKey(NetworkTensors.HEAD);
  }

  @Test
  void aHeadThatDiffersIsNotTiedWhateverTheConfigurationSays() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.add(NetworkTensors.HEAD, "F32", 4, 20, 8);
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
    assertFilledAsWritten(checkpoint, miniature.tensors);
  }

  @Test
  void weightsMayBeSymbolicLinks() throws Exception {
    // As in the hub's cache, whose snapshots link to blobs.
    Path snapshot = Files.createDirectory(directory.resolve("snapshot"));
    MiniatureCheckpoint.in(snapshot).writeSharded();
    Path shard = snapshot.resolve(MiniatureCheckpoint.shardName(1));
    Path blob = Files.move(shard, directory.resolve("blob"));
    Files.createSymbolicLink(shard, blob);

    assertThat(Checkpoint.open(snapshot).tensors()).isNotEmpty();
  }

  private static void assertFilledAsWritten(
      Checkpoint checkpoint, Map<String, MiniatureCheckpoint.Tensor> written) throws Exception {
    assertThat(checkpoint.tensors()).containsOnlyKeys(written.keySet());
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      ByteBuffer bytes = checkpoint.map(tensor);
      byte fill = Objects.requireNonNull(written.get(tensor.name())).fill();
      while (bytes.hasRemaining()) {
        assertThat(bytes.get()).as(tensor.name()).isEqualTo(fill);
      }
    }
  }

  private static Path randomTiny() throws URISyntaxException {
    URL config = CheckpointTest.class.getResource("/checkpoints/random-tiny/config.json");
    return Objects.requireNonNull(Path.of(Objects.requireNonNull(config).toURI()).getParent());
  }
}
