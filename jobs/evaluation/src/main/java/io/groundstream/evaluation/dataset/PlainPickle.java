package io.groundstream.evaluation.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Reads Python pickles that hold plain data: lists, dictionaries, texts and numbers. A pickle can
 * name any class and call it; one that does is rejected, and nothing of it is looked up.
 */
final class PlainPickle {
  /** RefCOCOg's references have 30 MB. */
  private static final long MAX_BYTES = 512L << 20;

  private static final BitSet OBJECTS = new BitSet();

  static {
    for (short code :
        new short[] {
          Opcodes.GLOBAL, Opcodes.STACK_GLOBAL, Opcodes.REDUCE, Opcodes.BUILD, Opcodes.INST,
          Opcodes.OBJ, Opcodes.NEWOBJ, Opcodes.NEWOBJ_EX, Opcodes.PERSID, Opcodes.BINPERSID,
          Opcodes.EXT1, Opcodes.EXT2, Opcodes.EXT4, Opcodes.NEXT_BUFFER, Opcodes.READONLY_BUFFER
        }) {
      OBJECTS.set(code);
    }
  }

  private PlainPickle() {}

  /**
   * Returns the value of a file.
   *
   * @throws DatasetException if it is not a pickle of plain data
   */
  static Object read(Path file) throws DatasetException {
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new DatasetException(
            file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw JsonFile.unreadable(file, e);
    }
    Object value;
    try {
      value = new PlainUnpickler().loads(bytes);
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      // The library trusts a pickle's own structure and lengths. A list may contain itself.
      throw new DatasetException(
          file + ": not a pickle of plain data: " + e.getMessage() + " (expected: refs(…).p)", e);
    }
    if (value == null) {
      throw new DatasetException(file + ": an empty value (expected: a pickle of a list)");
    }
    return value;
  }

  private static final class PlainUnpickler extends Unpickler {
    @Override
    protected Object dispatch(short key) throws IOException {
      if (OBJECTS.get(key)) {
        throw new PickleException("it names a class or calls a function");
      }
      return super.dispatch(key);
    }
  }
}
