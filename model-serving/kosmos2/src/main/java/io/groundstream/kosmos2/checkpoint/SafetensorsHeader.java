package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The validated header of one safetensors file. The format is eight bytes of little-endian length,
 * that many bytes of JSON, and then the tensors, which fill the rest of the file without gap or
 * overlap.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/index#format">the format</a>
 */
final class SafetensorsHeader {
  private static final int LENGTH_BYTES = 8;
  // The limit of the format's own library.
  private static final int MAX_HEADER_BYTES = 100_000_000;
  private static final int MAX_RANK = 16;
  private static final String METADATA = "__metadata__";
  // The network cannot use these types, but their sizes are still checked against the shapes.
  private static final Map<String, Integer> OTHER_ELEMENT_SIZES =
      Map.of(
          "BOOL", 1, "U8", 1, "I8", 1, "U16", 2, "I16", 2, "U32", 4, "I32", 4, "U64", 8, "I64", 8,
          "F64", 8);

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * One tensor of the file.
   *
   * @param type the name of the element type, which may be unknown
   * @param offset the position of the first byte in the file
   */
  @SuppressWarnings("ArrayRecordComponent") // package-private, never compared
  record Entry(String type, long[] shape, Path file, long offset, long byteCount) {}

  private final Path file;
  private final long dataStart;
  private final long dataSize;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private SafetensorsHeader(Path file, long dataStart, long dataSize) {
    this.file = file;
    this.dataStart = dataStart;
    this.dataSize = dataSize;
  }

  /** Returns the tensors of {@code file} by name. */
  static Map<String, Entry> read(Path file) throws CheckpointException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long fileSize = channel.size();
      if (fileSize < LENGTH_BYTES) {
        throw new CheckpointException(
            "%s: %d bytes (expected: a safetensors file, which begins with 8 bytes of length)"
                .formatted(file, fileSize));
      }
      long length =
          readFully(channel, 0, LENGTH_BYTES, file).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 2 || length > MAX_HEADER_BYTES) {
        throw new CheckpointException(
            "%s: header of %s bytes (expected: 2 to %d; is it a safetensors file?)"
                .formatted(file, Long.toUnsignedString(length), MAX_HEADER_BYTES));
      }
      if (length > fileSize - LENGTH_BYTES) {
        throw new CheckpointException(
            "%s: header of %d bytes in a file of %d (expected: a larger file; was it cut off?)"
                .formatted(file, length, fileSize));
      }
      long dataStart = LENGTH_BYTES + length;
      byte[] json = readFully(channel, LENGTH_BYTES, (int) length, file).array();
      SafetensorsHeader header = new SafetensorsHeader(file, dataStart, fileSize - dataStart);
      header.parse(json);
      header.checkContiguous();
      return header.entries;
    } catch (CheckpointException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "%s: the header is not valid JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int length, Path file)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new CheckpointException("%s: was truncated while it was being read".formatted(file));
      }
    }
    return buffer.flip();
  }

  private void parse(byte[] json) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      expect(parser.nextToken(), JsonToken.START_OBJECT, "the header", "an object");
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        if (name.equals(METADATA)) {
          parser.skipChildren();
        } else {
          entries.put(name, parseEntry(parser, name));
        }
      }
      if (parser.nextToken() != null) {
        throw wrong("the header", "more after its end", "one JSON object");
      }
    }
  }

  private Entry parseEntry(JsonParser parser, String name) throws IOException {
    String subject = "tensor " + name;
    expect(parser.currentToken(), JsonToken.START_OBJECT, subject, "an object");
    @Nullable String type = null;
    long @Nullable [] shape = null;
    long @Nullable [] offsets = null;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, subject + ": dtype", "a string");
          type = parser.getText();
        }
        case "shape" -> shape = parseNumbers(parser, subject + ": shape", MAX_RANK);
        case "data_offsets" -> offsets = parseNumbers(parser, subject + ": data_offsets", 2);
        default -> parser.skipChildren();
      }
    }
    if (type == null || shape == null || offsets == null || offsets.length != 2) {
      throw wrong(subject, "incomplete", "dtype, shape and two data_offsets");
    }
    if (offsets[0] > offsets[1] || offsets[1] > dataSize) {
      throw wrong(
          subject,
          "data_offsets " + Arrays.toString(offsets),
          "within the file's %d bytes of data; was it cut off?".formatted(dataSize));
    }
    long byteCount = offsets[1] - offsets[0];
    checkByteCount(subject, type, shape, byteCount);
    return new Entry(type, shape, file, dataStart + offsets[0], byteCount);
  }

  private long[] parseNumbers(JsonParser parser, String subject, int maxCount) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, subject, "an array");
    long[] numbers = new long[maxCount];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, subject, "whole numbers");
      // Throws a JsonProcessingException, which the caller reports, if the number does not fit.
      long number = parser.getLongValue();
      if (number < 0 || count == maxCount) {
        throw wrong(
            subject, parser.getText(), "at most %d numbers, none negative".formatted(maxCount));
      }
      numbers[count++] = number;
    }
    return Arrays.copyOf(numbers, count);
  }

  private void checkByteCount(String subject, String type, long[] shape, long byteCount)
      throws CheckpointException {
    @Nullable Integer elementSize =
        ElementType.byName(type).map(ElementType::byteSize).orElse(OTHER_ELEMENT_SIZES.get(type));
    if (elementSize == null) {
      return;
    }
    long expected = elementSize;
    try {
      for (long dimension : shape) {
        expected = Math.multiplyExact(expected, dimension);
      }
    } catch (ArithmeticException e) {
      throw wrong(subject, "shape " + Arrays.toString(shape), "a size that fits 64 bits");
    }
    if (expected != byteCount) {
      throw wrong(
          subject,
          "%d bytes".formatted(byteCount),
          "%d bytes for %s %s".formatted(expected, type, Arrays.toString(shape)));
    }
  }

  private void checkContiguous() throws CheckpointException {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(entries.entrySet());
    ordered.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().offset())
            .thenComparingLong(e -> e.getValue().byteCount()));
    long end = dataStart;
    for (Map.Entry<String, Entry> tensor : ordered) {
      Entry entry = tensor.getValue();
      if (entry.offset() != end) {
        throw wrong(
            "tensor " + tensor.getKey(),
            "begins at byte %d of the file".formatted(entry.offset()),
            "byte %d, where the tensor before it ends".formatted(end));
      }
      end += entry.byteCount();
    }
    if (end != dataStart + dataSize) {
      throw wrong(
          "the tensors",
          "end at byte %d".formatted(end),
          "byte %d, where the file ends".formatted(dataStart + dataSize));
    }
  }

  private void expect(@Nullable JsonToken found, JsonToken expected, String subject, String kind)
      throws CheckpointException {
    if (found != expected) {
      throw wrong(subject, found == null ? "nothing" : found.name(), kind);
    }
  }

  private CheckpointException wrong(String subject, String found, String expected) {
    return new CheckpointException(
        "%s: %s: %s (expected: %s)".formatted(file, subject, found, expected));
  }
}
