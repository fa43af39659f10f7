package io.groundstream.images;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The main class of the process that decodes HEIF. It reads requests of {@link HeifProtocol} from
 * its standard input until that ends, and limits its own resources before the first one.
 */
final class HeifWorker {
  private static final int CHUNK = 1 << 16;
  private static final int LONGEST_TEXT = 300;

  private final ProcessLimits limits;
  private final DataInputStream in;
  private final DataOutputStream out;
  private @Nullable AvifLibrary avif;
  private @Nullable AvifLayout avifLayout;
  private @Nullable HeifLibrary heic;

  private HeifWorker(ProcessLimits limits, DataInputStream in, DataOutputStream out) {
    this.limits = limits;
    this.in = in;
    this.out = out;
  }

  /**
   * Runs the worker.
   *
   * @param arguments the names of libraries for AVIF, best first and separated by colons; those for
   *     HEIC (either is empty if the format is not wanted); and the memory for an image in bytes
   */
  public static void main(String[] arguments) throws IOException {
    DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), CHUNK));
    HeifWorker worker = new HeifWorker(ProcessLimits.open(), in, out);
    worker.limits.endWithParent();
    String avifProblem = arguments[0].isEmpty() ? "" : worker.openAvif(arguments[0].split(":"));
    String heicProblem = arguments[1].isEmpty() ? "" : worker.openHeic(arguments[1].split(":"));
    worker.limits.limit(Long.parseLong(arguments[2]));
    out.writeInt(HeifProtocol.HELLO);
    out.writeUTF(shortened(avifProblem));
    out.writeUTF(shortened(heicProblem));
    out.flush();
    worker.serve();
  }

  /** Loads the first library that works, and returns an empty text, or else why none works. */
  private String openAvif(String[] names) {
    String problem = "";
    for (String name : names) {
      try {
        AvifLibrary library = Native.load(name, AvifLibrary.class);
        String version = library.avifVersion();
        avifLayout = AvifLayout.of(version);
        if (avifLayout == null) {
          return name + " " + version + " (expected: 0.9.3, 0.11 or 1.x)";
        }
        if (library.avifCodecName(AvifLibrary.CODEC_AUTO, AvifLibrary.CAN_DECODE) == null) {
          return name + " " + version + " has no AV1 decoder";
        }
        avif = library;
        return "";
      } catch (LinkageError e) {
        problem += (problem.isEmpty() ? "" : ", ") + firstLine(e);
      }
    }
    return problem;
  }

  /** Loads the first library that works, and returns an empty text, or else why none works. */
  private String openHeic(String[] names) {
    String problem = "";
    for (String name : names) {
      try {
        HeifLibrary library = Native.load(name, HeifLibrary.class);
        String version = library.heif_get_version();
        if (library.heif_have_decoder_for_format(HeifLibrary.COMPRESSION_HEVC) == 0) {
          return name + " " + version + " has no HEVC decoder";
        }
        heic = library;
        return "";
      } catch (LinkageError e) {
        problem += (problem.isEmpty() ? "" : ", ") + firstLine(e);
      }
    }
    return problem;
  }

  private static String firstLine(LinkageError error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("cannot be loaded");
  }

  private void serve() throws IOException {
    int magic = in.read();
    while (magic >= 0) {
      magic = magic << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
      if (magic != HeifProtocol.REQUEST) {
        throw new IOException("request: " + magic + " (expected: " + HeifProtocol.REQUEST + ")");
      }
      boolean isAvif = in.readBoolean();
      boolean alpha = in.readBoolean();
      boolean profile = in.readBoolean();
      long maxPixels = in.readLong();
      limits.limitTime(in.readLong());
      int length = in.readInt();
      answer(length, isAvif, alpha, profile, maxPixels);
      out.flush();
      magic = in.read();
    }
  }

  private void answer(int length, boolean isAvif, boolean alpha, boolean profile, long maxPixels)
      throws IOException {
    try (Memory bytes = read(length);
        HeifImage image = open(bytes, isAvif)) {
      image.decode(maxPixels);
      write(image, alpha && image.hasAlpha(), profile ? image.profile() : new byte[0]);
    } catch (HeifRejectedException e) {
      out.writeInt(HeifProtocol.ANSWER);
      out.writeByte(e.status());
      out.writeInt(e.width());
      out.writeInt(e.height());
      out.writeUTF(shortened(String.valueOf(e.getMessage())));
    }
  }

  private HeifImage open(Memory bytes, boolean isAvif) throws HeifRejectedException {
    if (isAvif && avif != null && avifLayout != null) {
      return new AvifImage(avif, avifLayout, bytes);
    }
    if (!isAvif && heic != null) {
      return new HeicImage(heic, bytes);
    }
    throw new HeifRejectedException(HeifProtocol.UNSUPPORTED, "the library for it is not loaded");
  }

  private void write(HeifImage image, boolean alpha, byte[] profile) throws IOException {
    int width = image.width();
    int height = image.height();
    out.writeInt(HeifProtocol.ANSWER);
    out.writeByte(HeifProtocol.OK);
    out.writeInt(width);
    out.writeInt(height);
    out.writeInt(image.orientation());
    out.writeInt(alpha ? width * height : 0);
    out.writeInt(profile.length);
    byte[] row = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      image.readRgb(y, row);
      out.write(row, 0, 3 * width);
    }
    for (int y = 0; alpha && y < height; y++) {
      image.readAlpha(y, row);
      out.write(row, 0, width);
    }
    out.write(profile);
    out.writeInt(HeifProtocol.END);
  }

  private Memory read(int length) throws IOException {
    Memory memory = new Memory(length);
    byte[] chunk = new byte[CHUNK];
    int position = 0;
    while (position < length) {
      int count = in.read(chunk, 0, Math.min(chunk.length, length - position));
      if (count < 0) {
        throw new IOException("a request ends early");
      }
      memory.write(position, chunk, 0, count);
      position += count;
    }
    return memory;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }
}
