package io.groundstream.images;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/** The functions used from libheif's C interface (heif.h), which only grows; as of version 1.12. */
interface HeifLibrary extends Library {
  int COLORSPACE_RGB = 1;
  int CHROMA_INTERLEAVED_RGB = 10;
  int CHROMA_INTERLEAVED_RGBA = 11;
  int CHANNEL_INTERLEAVED = 10;
  int COMPRESSION_HEVC = 1;
  int ERROR_UNSUPPORTED_FILETYPE = 3;
  int ERROR_UNSUPPORTED_FEATURE = 4;
  int ERROR_MEMORY = 6;
  int SUBERROR_END_OF_DATA = 100;

  /** {@code struct heif_error}, which functions return by value. */
  @Structure.FieldOrder({"code", "subcode", "message"})
  class Result extends Structure implements Structure.ByValue {
    public int code;
    public int subcode;
    public @Nullable Pointer message;
  }

  String heif_get_version();

  int heif_have_decoder_for_format(int compression);

  Pointer heif_context_alloc();

  void heif_context_free(Pointer context);

  Result heif_context_read_from_memory_without_copy(
      Pointer context, Pointer bytes, long size, Pointer options);

  Result heif_context_get_primary_image_handle(Pointer context, PointerByReference handle);

  int heif_image_handle_get_width(Pointer handle);

  int heif_image_handle_get_height(Pointer handle);

  int heif_image_handle_get_ispe_width(Pointer handle);

  int heif_image_handle_get_ispe_height(Pointer handle);

  int heif_image_handle_has_alpha_channel(Pointer handle);

  long heif_image_handle_get_raw_color_profile_size(Pointer handle);

  Result heif_image_handle_get_raw_color_profile(Pointer handle, Pointer out);

  void heif_image_handle_release(Pointer handle);

  Pointer heif_decoding_options_alloc();

  void heif_decoding_options_free(Pointer options);

  Result heif_decode_image(
      Pointer handle, PointerByReference image, int colorspace, int chroma, Pointer options);

  int heif_image_get_width(Pointer image, int channel);

  int heif_image_get_height(Pointer image, int channel);

  Pointer heif_image_get_plane_readonly(Pointer image, int channel, IntByReference stride);

  void heif_image_release(Pointer image);
}
