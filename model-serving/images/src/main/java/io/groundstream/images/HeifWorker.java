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
 * The process that decodes HEIF: reads requests from its standard input, as {@link HeifProtocol}
 * has them, until that ends. It limits itself before it reads the first one.
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
   * Takes the names of libraries for AVIF, the best first, with colons between them, and those for
   * HEIC (empty where a format is not wanted), and the most bytes of memory for a picture.
   */
  public static void main(String[] arguments) throws IOException {
    DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), CHUNK));
    HeifWorker worker = new HeifWorker(ProcessLimits.open(), in, out);
    worker.limits.endWithParent();
    String avifTrouble = arguments[0].isEmpty() ? "" : worker.openAvif(arguments[0].split(":"));
    String heicTrouble = arguments[1].isEmpty() ? "" : worker.openHeic(arguments[1].split(":"));
    worker.limits.limit(Long.parseLong(arguments[2]));
    out.writeInt(HeifProtocol.HELLO);
    out.writeUTF(shortened(avifTrouble));
    out.writeUTF(shortened(heicTrouble));
    out.flush();
    worker.serve();
  }

  /** Returns what is wrong. */
  private String openAvif(String[] names) {
    String trouble = "";
    for (String name : names) {
      try {
        AvifLibrary library = Native.load(name, AvifLibrary.class);
        String version = library.avifVersion();
        avifLayout = AvifLayout.of(version);
        if (avifLayout == null) {
          return name + " " + version + " (expected: 0.9.3, 0.11 or 1.x)";
        }
        if (library.avifCodecName(AvifLibrary.CODEC_AUTO, AvifLibrary.CAN_DECODE) == null) {
          return name + " " + version + " has no decoder of AV1";
        }
        avif = library;
        return "";
      } catch (LinkageError e) {
        trouble += (trouble.isEmpty() ? "" : ", ") + firstLine(e);
      }
    }
    return trouble;
  }

  /** Returns what is wrong. */
  private String openHeic(String[] names) {
    String trouble = "";
    for (String name : names) {
      try {
        HeifLibrary library = Native.load(name, HeifLibrary.class);
        String version = library.heif_get_version();
        if (library.heif_have_decoder_for_format(HeifLibrary.COMPRESSION_HEVC) == 0) {
          return name + " " + version + " has no decoder of HEVC";
        }
        heic = library;
        return "";
      } catch (LinkageError e) {
        trouble += (trouble.isEmpty() ? "" : ", ") + firstLine(e);
      }
    }
    return trouble;
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
        HeifPicture picture = open(bytes, isAvif)) {
      picture.decode(maxPixels);
      write(picture, alpha && picture.hasAlpha(), profile ? picture.profile() : new byte[0]);
    } catch (HeifRefusedException e) {
      out.writeInt(HeifProtocol.ANSWER);
      out.writeByte(e.status());
      out.writeInt(e.width());
      out.writeInt(e.height());
      out.writeUTF(shortened(String.valueOf(e.getMessage())));
    }
  }

  private HeifPicture open(Memory bytes, boolean isAvif) throws HeifRefusedException {
    if (isAvif && avif != null && avifLayout != null) {
      return new AvifPicture(avif, avifLayout, bytes);
    }
    if (!isAvif && heic != null) {
      return new HeicPicture(heic, bytes);
    }
    throw new HeifRefusedException(HeifProtocol.UNSUPPORTED, "its library is not there");
  }

  private void write(HeifPicture picture, boolean alpha, byte[] profile) throws IOException {
    int width = picture.width();
    int height = picture.height();
    out.writeInt(HeifProtocol.ANSWER);
    out.writeByte(HeifProtocol.OK);
    out.writeInt(width);
    out.writeInt(height);
    out.writeInt(picture.orientation());
    out.writeInt(alpha ? width * height : 0);
    out.writeInt(profile.length);
    byte[] row = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      picture.readRgb(y, row);
      out.write(row, 0, 3 * width);
    }
    for (int y = 0; alpha && y < height; y++) {
      picture.readAlpha(y, row);
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
