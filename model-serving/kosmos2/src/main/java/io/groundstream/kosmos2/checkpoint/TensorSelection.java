package io.groundstream.kosmos2.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tensors in the weight files that the network needs, with types and shapes checked against the
 * configuration.
 *
 * <p>In a tied checkpoint the files may contain the token embedding, the output head, or both. If
 * only one is present, it serves as both. If both are present and differ, the configuration is
 * wrong and the head counts as untied, as in transformers.
 *
 * @param config the configuration, with {@code tieWordEmbeddings} corrected from the weights
 * @param tensors the tensors by canonical name
 */
record TensorSelection(Kosmos2Config config, Map<String, TensorInfo> tensors) {

  static TensorSelection select(Path directory, Kosmos2Config config, WeightFiles weights)
      throws CheckpointException {
    Map<String, SafetensorsHeader.Entry> found = weights.tensors();
    Kosmos2Config effective = config;
    if (config.tieWordEmbeddings() && headDiffers(found)) {
      effective =
          new Kosmos2Config(config.text(), config.vision(), config.latentQueryCount(), false);
    }
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, long[]> needed : NetworkTensors.shapes(effective).entrySet()) {
      String name = needed.getKey();
      SafetensorsHeader.@Nullable Entry entry = found.get(name);
      if (entry == null && effective.tieWordEmbeddings() && name.equals(NetworkTensors.EMBEDDING)) {
        entry = found.get(NetworkTensors.HEAD);
      }
      if (entry == null) {
        throw new CheckpointException(
            "%s: tensor %s: missing (expected: shape %s, as %s says)"
                .formatted(
                    weights.description(directory),
                    name,
                    Arrays.toString(needed.getValue()),
                    ConfigReader.FILE_NAME));
      }
      tensors.put(name, check(name, entry, needed.getValue()));
    }
    return new TensorSelection(effective, tensors);
  }

  /**
   * Returns the location of a tensor, with the shape that the file has.
   *
   * @throws CheckpointException if its type or size is not supported
   */
  static TensorInfo info(String name, SafetensorsHeader.Entry entry) throws CheckpointException {
    return check(name, entry, entry.shape());
  }

  private static TensorInfo check(String name, SafetensorsHeader.Entry entry, long[] shape)
      throws CheckpointException {
    ElementType type =
        ElementType.byName(entry.type())
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s: tensor %s: element type %s (expected: one of %s)"
                            .formatted(
                                entry.file(),
                                name,
                                entry.type(),
                                Arrays.toString(ElementType.values()))));
    if (!Arrays.equals(entry.shape(), shape)) {
      throw new CheckpointException(
          "%s: tensor %s: shape %s (expected: %s, as %s says)"
              .formatted(
                  entry.file(),
                  name,
                  Arrays.toString(entry.shape()),
                  Arrays.toString(shape),
                  ConfigReader.FILE_NAME));
    }
    if (entry.byteCount() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "%s: tensor %s: %d bytes (expected: at most %d)"
              .formatted(entry.file(), name, entry.byteCount(), Integer.MAX_VALUE));
    }
    return new TensorInfo(name, type, shape, entry.file(), entry.offset(), entry.byteCount());
  }

  private static boolean headDiffers(Map<String, SafetensorsHeader.Entry> found)
      throws CheckpointException {
    SafetensorsHeader.@Nullable Entry embedding = found.get(NetworkTensors.EMBEDDING);
    SafetensorsHeader.@Nullable Entry head = found.get(NetworkTensors.HEAD);
    if (embedding == null || head == null) {
      return false;
    }
    if (!embedding.type().equals(head.type())
        || embedding.byteCount() != head.byteCount()
        || embedding.byteCount() > Integer.MAX_VALUE) {
      return true;
    }
    ByteBuffer embeddingBytes =
        TensorMapping.map(embedding.file(), embedding.offset(), embedding.byteCount());
    return !embeddingBytes.equals(TensorMapping.map(head.file(), head.offset(), head.byteCount()));
  }
}
