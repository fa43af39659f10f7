package io.groundstream.schemas;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The path to a message within the schema of a Protobuf record: the index of a message of the file,
 * then of one nested in it, and so on. In Confluent's wire format it follows the schema's
 * identifier, as zigzag varints: the number of indexes, then each of them. The first message of the
 * file, which most records are, is a single zero byte.
 *
 * @param path the indexes, from 0; at least one
 * @param start the offset of the Protobuf encoding in the value, in bytes
 */
public record MessageIndexes(List<Integer> path, int start) {
  /** Protobuf's own limit for nested messages in its text format; nothing real comes near it. */
  private static final int MAX_DEPTH = 100;

  private static final int MAX_VARINT_BYTES = 5;
  private static final int CONTINUED = 0x80;
  private static final int SEVEN_BITS = 0x7f;

  public MessageIndexes {
    path = List.copyOf(path);
  }

  /**
   * Reads the indexes in front of a record.
   *
   * @param bytes the value of the record
   * @param start the offset after the schema's identifier, see {@link WireFormat#start}
   * @throws RecordException RECORD_CORRUPT if there are no indexes
   */
  public static MessageIndexes read(byte[] bytes, int start) throws RecordException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, start, bytes.length - start);
    int size = readVarint(buffer);
    if (size == 0) {
      return new MessageIndexes(List.of(0), buffer.position());
    }
    if (size < 0 || size > MAX_DEPTH) {
      throw corrupt("number of message indexes: " + size + " (expected: 0.." + MAX_DEPTH + ")");
    }
    List<Integer> path = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int index = readVarint(buffer);
      if (index < 0) {
        throw corrupt("message index: " + index + " (expected: >= 0)");
      }
      path.add(index);
    }
    return new MessageIndexes(path, buffer.position());
  }

  /** Returns the bytes of a path. */
  public static byte[] write(List<Integer> path) {
    if (path.equals(List.of(0))) {
      return new byte[1];
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeVarint(bytes, path.size());
    path.forEach(index -> writeVarint(bytes, index));
    return bytes.toByteArray();
  }

  private static int readVarint(ByteBuffer buffer) throws RecordException {
    int bits = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (!buffer.hasRemaining()) {
        break;
      }
      byte next = buffer.get();
      bits |= (next & SEVEN_BITS) << (7 * i);
      if ((next & CONTINUED) == 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw corrupt("the message indexes after the schema's identifier are incomplete");
  }

  private static void writeVarint(ByteArrayOutputStream bytes, int value) {
    int bits = (value << 1) ^ (value >> 31);
    while ((bits & ~SEVEN_BITS) != 0) {
      bytes.write((bits & SEVEN_BITS) | CONTINUED);
      bits >>>= 7;
    }
    bytes.write(bits);
  }

  private static RecordException corrupt(String message) {
    return new RecordException(
        RecordErrorCode.RECORD_CORRUPT,
        message + " (expected: a Protobuf record in the Confluent wire format)");
  }
}
