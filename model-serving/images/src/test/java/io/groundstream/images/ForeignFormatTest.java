package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verifies that formats that are not decoded are rejected by name, with advice. */
class ForeignFormatTest {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageOptions.defaults());

  /** The first bytes of a file, one per character, with the format's name and kind. */
  record Foreign(String start, String name, boolean image) {}

  static List<Foreign> files() {
    String targa = "\0\0\u0002\0\0\0\0\0\0\0\0\0\u0010\0\u0010\0\u0018\0";
    return List.of(
        new Foreign("\0\0\0\fjP  \r\n\u0087\n\0\0\0\u0014ftypjp2 ", "JPEG 2000", true),
        new Foreign("\u00ffO\u00ffQ\0/", "JPEG 2000", true),
        new Foreign("\u00ff\n\u00fa\u001f", "JPEG XL", true),
        new Foreign("\0\0\0\fJXL \r\n\u0087\n", "JPEG XL", true),
        new Foreign("II\u00bc\u0001\b\0\0\0", "JPEG XR", true),
        new Foreign("\0\0\u0001\0\u0001\0\u0010\u0010\0\0\u0001\0\u0018\0", "ICO", true),
        new Foreign("\0\0\u0002\0\u0001\0\u0010\u0010\0\0\u0001\0\u0018\0", "CUR", true),
        new Foreign("P1\n2 2\n0 1 1 0", "PBM", true),
        new Foreign("P4 16 16\n", "PBM", true),
        new Foreign("P5\n16 16\n255\n", "PGM", true),
        new Foreign("P6\n16 16\n255\n", "PPM", true),
        new Foreign("P7\nWIDTH 16\n", "PAM", true),
        new Foreign("PF\n16 16\n-1.0\n", "PFM", true),
        new Foreign("8BPS\0\u0001", "PSD", true),
        new Foreign("qoif\0\0\0\u0010", "QOI", true),
        new Foreign("v/1\u0001\u0002\0\0\0", "OpenEXR", true),
        new Foreign("#?RADIANCE\n", "HDR", true),
        new Foreign("DDS |\0\0\0", "DDS", true),
        new Foreign("AT&TFORM\0\0\0\u0001DJVU", "DjVu", false),
        new Foreign(targa, "TGA", true),
        new Foreign("\n\u0005\u0001\b\0\0\0\0", "PCX", true),
        new Foreign("IIU\0\u0018\0\0\0", "RW2", true),
        new Foreign("IIRO\b\0\0\0", "ORF", true),
        new Foreign("FUJIFILMCCD-RAW 0201", "RAF", true),
        new Foreign("\0\0\0\u0018ftypcrx \0\0\0\u0001", "CR3", true),
        new Foreign("%PDF-1.7\n", "PDF", false),
        new Foreign("%!PS-Adobe-3.0 EPSF-3.0\n", "EPS", false),
        new Foreign("\0\0\0 ftypisom\0\0\u0002\0", "MP4", false),
        new Foreign("\0\0\0\u0014ftypqt  \0\0\0\0", "QuickTime", false),
        new Foreign("\u001aE\u00df\u00a3\u0001", "WebM", false),
        new Foreign("RIFF\0\0\0\0AVI LIST", "AVI", false),
        new Foreign("PK\u0003\u0004\u0014\0", "ZIP", false),
        new Foreign("\u001f\u008b\b\0", "gzip", false),
        new Foreign("\n <!DOCTYPE html><title>404</title>", "HTML", false),
        new Foreign("\u00ef\u00bb\u00bf<html lang=en>", "HTML", false),
        new Foreign("<?xml version='1.0'?>\n<svg xmlns=''>", "SVG", false),
        new Foreign("<svg viewBox='0 0 1 1'>", "SVG", false),
        new Foreign("<?xml version='1.0'?><Error><Code>AccessDenied</Code>", "XML", false),
        new Foreign("{\"error\": \"not found\"}", "JSON", false),
        new Foreign("version https://git-lfs.github.com/spec/v1\n", "Git LFS", false));
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRejectedByName(Foreign foreign) {
    byte[] start = foreign.start().getBytes(StandardCharsets.ISO_8859_1);
    ImageException failure =
        catchThrowableOfType(ImageException.class, () -> DECODER.decode(Arrays.copyOf(start, 200)));
    assertThat(failure.errorCode())
        .isEqualTo(
            foreign.image()
                ? ImageErrorCode.IMAGE_FORMAT_UNSUPPORTED
                : ImageErrorCode.IMAGE_FORMAT_UNKNOWN);
    assertThat(failure)
        .hasMessageContaining(foreign.name())
        .hasMessageContaining("expected: JPEG, PNG, WebP, GIF, BMP or TIFF;");
  }
}
