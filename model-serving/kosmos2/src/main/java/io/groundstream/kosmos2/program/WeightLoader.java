package io.groundstream.kosmos2.program;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.checkpoint.ElementType;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.checkpoint.LowRankUpdate;
import io.groundstream.kosmos2.checkpoint.TensorInfo;
import io.groundstream.kosmos2.checkpoint.TensorReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Streams a checkpoint's tensors in pieces from their files into the program, which converts them
 * to its dtype. Apart from the weights, at most one piece is in memory: a mapping of the file would
 * count as memory of the process, too, and as long as the garbage collector has not found it. The
 * query, key and value projections of a layer are joined into one matrix, since the program
 * computes them together.
 */
final class WeightLoader {
  private static final List<String> PROJECTIONS = List.of("q_proj", "k_proj", "v_proj");

  /** Few, so that a piece is still in the processor's cache when it is converted. */
  private static final int PIECE_ELEMENTS = 1 << 20;

  private final Checkpoint checkpoint;
  private final ProgramModule module;

  private final ByteBuffer piece = buffer();

  /** The buffer for elements in float32, such as bfloat16 ones, of which DJL has no arrays. */
  private final ByteBuffer widened = buffer();

  private long loadedBytes;

  WeightLoader(Checkpoint checkpoint, ProgramModule module) {
    this.checkpoint = checkpoint;
    this.module = module;
  }

  void load(LoadProgress progress) throws CheckpointException {
    Map<String, TensorInfo> remaining = new HashMap<>(checkpoint.tensors());
    progress.onProgress(0, checkpoint.weightBytes());
    Kosmos2Config config = checkpoint.config();
    PixelScale scale = PixelScale.of(checkpoint.imageProcessing(), config.vision().channels());
    for (int layer = 0; layer < config.vision().layers(); layer++) {
      loadAttention(
          "vision_model.model.encoder.layers." + layer + ".self_attn.", remaining, progress);
    }
    for (int layer = 0; layer < config.text().layers(); layer++) {
      loadAttention("text_model.model.layers." + layer + ".self_attn.", remaining, progress);
    }
    for (TensorInfo tensor : remaining.values()) {
      allocate(tensor.name(), tensor.shape());
      load(tensor, tensor.name(), 0, progress);
    }
    // Arranges the weights in order of use.
    try (ModuleCall call = module.call("build");
        NDManager onHost = module.newHostOwner()) {
      call.with(onHost.create(scale.factors())).with(onHost.create(scale.offsets())).run();
    }
    // Of the matrices in the order of the file, which build has replaced.
    module.releaseUnusedMemory();
  }

  private void loadAttention(
      String prefix, Map<String, TensorInfo> remaining, LoadProgress progress)
      throws CheckpointException {
    for (String part : List.of(".weight", ".bias")) {
      String joined = prefix + "qkv" + part;
      long offset = 0;
      for (String projection : PROJECTIONS) {
        TensorInfo tensor = remaining.remove(prefix + projection + part);
        if (tensor == null) {
          throw new IllegalStateException(prefix + projection + part + ": not in the checkpoint");
        }
        if (offset == 0) {
          long[] shape = tensor.shape();
          shape[0] *= PROJECTIONS.size();
          allocate(joined, shape);
        }
        load(tensor, joined, offset, progress);
        offset += tensor.byteCount() / tensor.type().byteSize();
      }
    }
  }

  /** Loads a tensor into the weight {@code target}, from element {@code targetOffset} on. */
  private void load(TensorInfo tensor, String target, long targetOffset, LoadProgress progress)
      throws CheckpointException {
    int elementBytes = tensor.type().byteSize();
    long offset = targetOffset;
    LowRankUpdate update = checkpoint.update(tensor);
    try (TensorReader reader = checkpoint.reader(tensor)) {
      while (reader.remaining() > 0) {
        cancelIfInterrupted();
        piece.clear().limit(PIECE_ELEMENTS * elementBytes);
        reader.read(piece);
        piece.flip();
        int length = piece.remaining();
        if (update != null) {
          fill(
              target,
              offset,
              merged(tensor.type(), piece, update, offset - targetOffset),
              DataType.FLOAT32);
        } else {
          switch (tensor.type()) {
            case F32 -> fill(target, offset, piece, DataType.FLOAT32);
            case F16 -> fill(target, offset, piece, DataType.FLOAT16);
            case BF16 -> fill(target, offset, widen(tensor.type(), piece), DataType.FLOAT32);
          }
        }
        offset += length / elementBytes;
        loadedBytes += length;
        progress.onProgress(loadedBytes, checkpoint.weightBytes());
      }
    } catch (CheckpointException e) {
      // An interrupt also closes the file under a read.
      cancelIfInterrupted();
      throw e;
    }
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(PIECE_ELEMENTS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void cancelIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("Loading was interrupted");
    }
  }

  /** Allocates a weight of the given shape, in the program's dtype and on its device. */
  private void allocate(String name, long[] shape) {
    try (ModuleCall call = module.call("allocate")) {
      call.with(name).with(shape).run();
    }
  }

  /**
   * Copies and converts a range of elements into an allocated weight.
   *
   * @param offset the row-major index of the first element
   * @param elements direct and little-endian; its memory is not used after the call
   */
  private void fill(String name, long offset, ByteBuffer elements, DataType type) {
    try (ModuleCall call = module.call("fill");
        NDManager onHost = module.newHostOwner()) {
      long count = elements.remaining() / type.getNumOfBytes();
      call.with(name).with(offset).with(onHost.create(elements, new Shape(count), type)).run();
    }
  }

  /** Widens elements to float32, and adds to them what an adapter does. */
  private ByteBuffer merged(
      ElementType type, ByteBuffer elements, LowRankUpdate update, long first) {
    ByteBuffer floats = widen(type, elements);
    update.addTo(floats.asFloatBuffer(), floats.remaining() / Float.BYTES, first);
    return floats;
  }

  /** Widens elements to float32. */
  private ByteBuffer widen(ElementType type, ByteBuffer elements) {
    type.toFloats(elements, widened.clear().asFloatBuffer());
    return widened.clear().limit(elements.remaining() / type.byteSize() * Float.BYTES);
  }
}
