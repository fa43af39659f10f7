package io.groundstream.images;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A format that is often sent as an image and cannot be decoded. It is recognised by its first
 * bytes, so that the error can name it and say what to do.
 *
 * @param name the format's name with its article
 * @param kind the kind of content
 */
record ForeignFormat(String name, Kind kind) {
  /** The kind of content, with advice for it. */
  enum Kind {
    /** An image that other programs can show. */
    IMAGE("convert it to one of these"),
    /** Raw data of a camera's sensor. */
    CAMERA_RAW("develop it, and export one of these"),
    /** Video. */
    VIDEO("extract a frame"),
    /** Pages or drawings, which have no pixels until they are rendered. */
    DOCUMENT("render it to one of these"),
    /** Text for programs or browsers. */
    TEXT("look at what the link or the file holds: it may be a page, or a host's error"),
    /** An archive or a compressed file. */
    ARCHIVE("unpack it, or give it to a command that reads archives"),
    /** Anything else. */
    OTHER("look at what the link or the file holds");

    private final String advice;

    Kind(String advice) {
      this.advice = advice;
    }
  }

  /** Bytes, one per character, that a file of a format has at a fixed position. */
  private record Signature(int place, String bytes, ForeignFormat format) {
    static Signature of(String bytes, String name, Kind kind) {
      return new Signature(0, bytes, new ForeignFormat(name, kind));
    }

    static Signature at(int place, String bytes, String name, Kind kind) {
      return new Signature(place, bytes, new ForeignFormat(name, kind));
    }

    boolean matches(byte[] file) {
      return ImageFormat.startsWith(file, place, bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private static final int LONGEST_TEXT_START = 1024;

  private static final List<Signature> SIGNATURES =
      List.of(
          Signature.of("\0\0\0\fjP  \r\n\u0087\n", "a JPEG 2000 image", Kind.IMAGE),
          Signature.of("\u00ffO\u00ffQ", "a JPEG 2000 codestream", Kind.IMAGE),
          Signature.of("\u00ff\n", "a JPEG XL codestream", Kind.IMAGE),
          Signature.of("\0\0\0\fJXL \r\n\u0087\n", "a JPEG XL image", Kind.IMAGE),
          Signature.of("II\u00bc", "a JPEG XR image", Kind.IMAGE),
          Signature.of("8BPS", "a Photoshop document (PSD)", Kind.IMAGE),
          Signature.of("gimp xcf", "a GIMP image (XCF)", Kind.IMAGE),
          Signature.of("qoif", "a QOI image", Kind.IMAGE),
          Signature.of("v/1\u0001", "an OpenEXR image", Kind.IMAGE),
          Signature.of("#?RADIANCE", "a Radiance HDR image", Kind.IMAGE),
          Signature.of("#?RGBE", "a Radiance HDR image", Kind.IMAGE),
          Signature.of("DDS ", "a DirectDraw surface (DDS)", Kind.IMAGE),
          Signature.of("\u00abKTX", "a Khronos texture (KTX)", Kind.IMAGE),
          Signature.of("BPG\u00fb", "a BPG image", Kind.IMAGE),
          Signature.of("FLIF", "a FLIF image", Kind.IMAGE),
          Signature.of("farbfeld", "a farbfeld image", Kind.IMAGE),
          Signature.of("\u0001\u00da", "an SGI image", Kind.IMAGE),
          Signature.of("Y\u00a6j\u0095", "a Sun raster image", Kind.IMAGE),
          Signature.of("\u008aMNG\r\n", "an MNG animation", Kind.IMAGE),
          Signature.of("\u008bJNG\r\n", "a JNG image", Kind.IMAGE),
          Signature.of("/* XPM", "an XPM image", Kind.IMAGE),
          Signature.of("SIMPLE  =", "a FITS image", Kind.IMAGE),
          Signature.at(128, "DICM", "a DICOM image", Kind.IMAGE),
          Signature.of("AT&TFORM", "a DjVu document", Kind.DOCUMENT),
          Signature.of("%PDF", "a PDF document", Kind.DOCUMENT),
          Signature.of("%!PS", "a PostScript document (PS or EPS)", Kind.DOCUMENT),
          Signature.of("\u00c5\u00d0\u00d3\u00c6", "an EPS document", Kind.DOCUMENT),
          Signature.of("\u00d7\u00cd\u00c6\u009a", "a Windows metafile (WMF)", Kind.DOCUMENT),
          Signature.at(40, " EMF", "a Windows metafile (EMF)", Kind.DOCUMENT),
          Signature.of("IIU\0", "a Panasonic camera's raw file (RW2)", Kind.CAMERA_RAW),
          Signature.of("IIRO", "an Olympus camera's raw file (ORF)", Kind.CAMERA_RAW),
          Signature.of("IIRS", "an Olympus camera's raw file (ORF)", Kind.CAMERA_RAW),
          Signature.of("MMOR", "an Olympus camera's raw file (ORF)", Kind.CAMERA_RAW),
          Signature.of("FUJIFILMCCD-RAW", "a Fujifilm camera's raw file (RAF)", Kind.CAMERA_RAW),
          Signature.of("\0MRM", "a Minolta camera's raw file (MRW)", Kind.CAMERA_RAW),
          Signature.of("FOVb", "a Sigma camera's raw file (X3F)", Kind.CAMERA_RAW),
          Signature.at(6, "HEAPCCDR", "a Canon camera's raw file (CRW)", Kind.CAMERA_RAW),
          Signature.at(4, "ftypcrx ", "a Canon camera's raw file (CR3)", Kind.CAMERA_RAW),
          Signature.at(4, "ftypqt", "a QuickTime video", Kind.VIDEO),
          Signature.at(4, "ftyp", "an MP4 video", Kind.VIDEO),
          Signature.at(4, "moov", "a QuickTime video", Kind.VIDEO),
          Signature.at(4, "mdat", "a QuickTime video", Kind.VIDEO),
          Signature.of("\u001aE\u00df\u00a3", "a WebM or Matroska video", Kind.VIDEO),
          Signature.at(8, "AVI LIST", "an AVI video", Kind.VIDEO),
          Signature.of("OggS", "an Ogg recording", Kind.VIDEO),
          Signature.of("FLV\u0001", "a Flash video", Kind.VIDEO),
          Signature.of("\0\0\u0001\u00ba", "an MPEG video", Kind.VIDEO),
          Signature.of("\0\0\u0001\u00b3", "an MPEG video", Kind.VIDEO),
          Signature.at(8, "WAVE", "a WAV recording", Kind.OTHER),
          Signature.of("ID3", "an MP3 recording", Kind.OTHER),
          Signature.of("PK\u0003\u0004", "a ZIP archive", Kind.ARCHIVE),
          Signature.of("PK\u0005\u0006", "a ZIP archive", Kind.ARCHIVE),
          Signature.of("\u001f\u008b", "a gzip file", Kind.ARCHIVE),
          Signature.of("BZh", "a bzip2 file", Kind.ARCHIVE),
          Signature.of("\u00fd7zXZ\0", "an xz file", Kind.ARCHIVE),
          Signature.of("(\u00b5/\u00fd", "a Zstandard file", Kind.ARCHIVE),
          Signature.of("7z\u00bc\u00af", "a 7z archive", Kind.ARCHIVE),
          Signature.of("Rar!", "a RAR archive", Kind.ARCHIVE),
          Signature.at(257, "ustar", "a tar archive", Kind.ARCHIVE),
          Signature.of("PAR1", "a Parquet file", Kind.ARCHIVE),
          Signature.of("Obj\u0001", "an Avro file", Kind.ARCHIVE),
          Signature.of(
              "version https://git-lfs", "a Git LFS pointer, and not its file", Kind.OTHER));

  /** Returns the format of the bytes, or null if it is not known. */
  static @Nullable ForeignFormat of(byte[] bytes) {
    for (Signature signature : SIGNATURES) {
      if (signature.matches(bytes)) {
        return signature.format();
      }
    }
    if (isIcon(bytes)) {
      return new ForeignFormat(
          bytes[2] == 1 ? "a Windows icon (ICO)" : "a Windows cursor (CUR)", Kind.IMAGE);
    }
    if (isTarga(bytes)) {
      return new ForeignFormat("a Targa image (TGA)", Kind.IMAGE);
    }
    if (bytes.length > 128
        && bytes[0] == 10
        && bytes[1] >= 0
        && bytes[1] <= 5
        && bytes[2] == 1
        && (bytes[3] == 1 || bytes[3] == 2 || bytes[3] == 4 || bytes[3] == 8)) {
      return new ForeignFormat("a PCX image", Kind.IMAGE);
    }
    ForeignFormat portable = portable(bytes);
    return portable != null ? portable : text(bytes);
  }

  /** Returns the message that says what was found, what was expected and what to do. */
  String message() {
    return "this is " + name + " (expected: " + EXPECTED + "; " + kind.advice + ")";
  }

  /** Returns whether this is an image, for the error code of unsupported formats. */
  boolean isImage() {
    return kind == Kind.IMAGE || kind == Kind.CAMERA_RAW;
  }

  static final String EXPECTED = "JPEG, PNG, WebP, GIF, BMP or TIFF";

  private static boolean isIcon(byte[] bytes) {
    return bytes.length > 22
        && bytes[0] == 0
        && bytes[1] == 0
        && (bytes[2] == 1 || bytes[2] == 2)
        && bytes[3] == 0
        && (bytes[4] != 0 || bytes[5] != 0)
        && bytes[9] == 0;
  }

  /** New files have a signature at their end; old ones are recognised by their header's values. */
  private static boolean isTarga(byte[] bytes) {
    if (ImageFormat.startsWith(bytes, bytes.length - 18, "TRUEVISION-XFILE.")) {
      return true;
    }
    boolean colors =
        bytes.length > 18 && bytes[1] == 0 && (bytes[2] == 2 || bytes[2] == 3 || bytes[2] == 10);
    if (!colors || (bytes[16] != 8 && bytes[16] != 16 && bytes[16] != 24 && bytes[16] != 32)) {
      return false;
    }
    for (int index = 3; index < 8; index++) {
      if (bytes[index] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Recognises the Netpbm family: a letter, a digit or letter, and white space. */
  private static @Nullable ForeignFormat portable(byte[] bytes) {
    boolean short3 = bytes.length < 3 || bytes[0] != 'P';
    if (short3 || (bytes[2] != '\n' && bytes[2] != ' ' && bytes[2] != '\r' && bytes[2] != '\t')) {
      return null;
    }
    return switch (bytes[1]) {
      case '1', '4' -> new ForeignFormat("a portable bitmap (PBM)", Kind.IMAGE);
      case '2', '5' -> new ForeignFormat("a portable graymap (PGM)", Kind.IMAGE);
      case '3', '6' -> new ForeignFormat("a portable pixmap (PPM)", Kind.IMAGE);
      case '7' -> new ForeignFormat("a portable arbitrary map (PAM)", Kind.IMAGE);
      case 'F', 'f' -> new ForeignFormat("a portable float map (PFM)", Kind.IMAGE);
      default -> null;
    };
  }

  private static @Nullable ForeignFormat text(byte[] bytes) {
    String start =
        new String(
                bytes, 0, Math.min(bytes.length, LONGEST_TEXT_START), StandardCharsets.ISO_8859_1)
            .replaceFirst("^\u00ef\u00bb\u00bf", "")
            .strip()
            .toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html")
        || start.startsWith("<html")
        || start.startsWith("<head")) {
      return new ForeignFormat("an HTML page", Kind.TEXT);
    }
    if (start.startsWith("<svg")
        || (start.startsWith("<?xml") && start.contains("<svg"))
        || start.startsWith("<!doctype svg")) {
      return new ForeignFormat("an SVG drawing", Kind.DOCUMENT);
    }
    if (start.startsWith("<?xml") || start.startsWith("<error")) {
      return new ForeignFormat("an XML document", Kind.TEXT);
    }
    if (start.startsWith("{\"")
        || start.startsWith("{ ")
        || start.startsWith("{\n")
        || start.startsWith("[{")
        || start.equals("{}")) {
      return new ForeignFormat("a JSON document", Kind.TEXT);
    }
    return null;
  }
}
