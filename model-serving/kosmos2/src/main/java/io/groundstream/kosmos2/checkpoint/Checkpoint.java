package io.groundstream.kosmos2.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kosmos-2 checkpoint in the layout of Hugging Face, opened and found complete: every tensor that
 * the network needs is there with the shape that the configuration asks for, and the files hold as
 * many bytes as they say. The values of the tensors are not looked at.
 *
 * <pre>{@code
 * Checkpoint checkpoint = Checkpoint.open(Path.of("kosmos-2-patch14-224"));
 * for (TensorInfo tensor : checkpoint.tensors().values()) {
 *   ByteBuffer elements = checkpoint.map(tensor);
 * }
 * }</pre>
 *
 * <p>Holds no file open. Safe for use by many threads. The files must not be made shorter while the
 * checkpoint is in use: reading a mapping beyond the end of its file is an error of the JVM.
 */
public final class Checkpoint {
  private static final String TOKENIZER_FILE_NAME = "tokenizer.json";
  private static final int HASH_BUFFER_BYTES = 1 << 20;

  private final Path directory;
  private final Kosmos2Config config;
  private final ImageProcessing imageProcessing;
  private final Path tokenizerFile;
  private final WeightFiles weights;
  private final Map<String, TensorInfo> tensors;

  private final Object revisionLock = new Object();
  private @Nullable String revision;

  private Checkpoint(
      Path directory,
      Kosmos2Config config,
      ImageProcessing imageProcessing,
      Path tokenizerFile,
      WeightFiles weights,
      Map<String, TensorInfo> tensors) {
    this.directory = directory;
    this.config = config;
    this.imageProcessing = imageProcessing;
    this.tokenizerFile = tokenizerFile;
    this.weights = weights;
    this.tensors = tensors;
  }

  /**
   * Opens the checkpoint in {@code directory}.
   *
   * @throws CheckpointException if anything that is needed is missing, damaged, of another
   *     architecture or at odds with the rest
   */
  public static Checkpoint open(Path directory) throws CheckpointException {
    Checkpoint checkpoint = openNetwork(directory);
    if (!Files.isRegularFile(checkpoint.tokenizerFile)) {
      throw new CheckpointException(
          "%s: missing (expected: the tokenizer of the checkpoint)"
              .formatted(checkpoint.tokenizerFile));
    }
    return checkpoint;
  }

  /**
   * Opens the checkpoint in {@code directory}, which may lack a tokenizer: for whoever needs the
   * network alone.
   *
   * @throws CheckpointException as {@link #open} does
   */
  public static Checkpoint openNetwork(Path directory) throws CheckpointException {
    if (!Files.isDirectory(directory)) {
      OtherLayouts.refuseFile(directory);
      throw new CheckpointException(
          "%s: no such directory (expected: a Kosmos-2 checkpoint with %s)"
              .formatted(directory, ConfigReader.FILE_NAME));
    }
    OtherLayouts.refuse(directory);
    Kosmos2Config config = ConfigReader.read(directory);
    ImageProcessing imageProcessing =
        ImageProcessingReader.read(directory, config.vision().imageSize());
    Path tokenizerFile = directory.resolve(TOKENIZER_FILE_NAME);
    WeightFiles weights = WeightFiles.open(directory);
    TensorSelection selection = TensorSelection.select(directory, config, weights);
    return new Checkpoint(
        directory,
        selection.config(),
        imageProcessing,
        tokenizerFile,
        weights,
        Collections.unmodifiableMap(selection.tensors()));
  }

  /** Returns the directory as it was given. */
  public Path directory() {
    return directory;
  }

  public Kosmos2Config config() {
    return config;
  }

  public ImageProcessing imageProcessing() {
    return imageProcessing;
  }

  /** Returns the path of tokenizer.json, which exists unless only the network was opened. */
  public Path tokenizerFile() {
    return tokenizerFile;
  }

  /**
   * Returns what its files say about generating that is not followed, a sentence each.
   *
   * @throws CheckpointException if they are no JSON
   */
  public List<String> remarks() throws CheckpointException {
    return GenerationRemarks.read(directory, config.text().eosTokenId());
  }

  /**
   * Returns all tensors that the network needs and no other, by canonical name, in the order of
   * computation. {@code text_model.lm_head.weight} is among them only in an untied checkpoint.
   */
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /** Returns the sum of the sizes of {@link #tensors()} in the files. */
  public long weightBytes() {
    return tensors.values().stream().mapToLong(TensorInfo::byteCount).sum();
  }

  /**
   * Maps one tensor into memory: direct, read-only, little-endian, from position 0 to the tensor's
   * size. The mapping lives as long as the buffer is reachable.
   */
  public ByteBuffer map(TensorInfo tensor) throws CheckpointException {
    return TensorMapping.map(tensor.file(), tensor.offset(), tensor.byteCount());
  }

  /**
   * Returns {@code sha256:} and the digest of the weight files, one after the other in the order of
   * their names; of a single file, what {@code sha256sum} prints. Computed when first asked for, by
   * reading all of them.
   */
  public String revision() throws CheckpointException {
    synchronized (revisionLock) {
      if (revision == null) {
        revision = "sha256:" + digest(weights.files());
      }
      return revision;
    }
  }

  private static String digest(List<Path> files) throws CheckpointException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    byte[] buffer = new byte[HASH_BUFFER_BYTES];
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
        }
      } catch (IOException e) {
        throw new CheckpointException("%s: cannot be read: %s".formatted(file, e), e);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
