package io.groundstream.images;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** The functions used from libavif's C interface (avif.h). */
interface AvifLibrary extends Library {
  int OK = 0;
  int CODEC_AUTO = 0;
  int CAN_DECODE = 1;

  int INVALID_FILE_TYPE = 2;
  int UNSUPPORTED_DEPTH = 6;
  int NO_CODEC = 15;
  int TRUNCATED_DATA = 20;
  int NOT_IMPLEMENTED = 25;
  int OUT_OF_MEMORY = 26;

  String avifVersion();

  @Nullable String avifCodecName(int choice, int flags);

  Pointer avifDecoderCreate();

  void avifDecoderDestroy(Pointer decoder);

  int avifDecoderSetIOMemory(Pointer decoder, Pointer bytes, long size);

  int avifDecoderParse(Pointer decoder);

  int avifDecoderNextImage(Pointer decoder);

  String avifResultToString(int result);
}
