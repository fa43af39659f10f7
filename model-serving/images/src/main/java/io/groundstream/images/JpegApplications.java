package io.groundstream.images;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the application segments of a JPEG file: the meaning of its components, its orientation and
 * its colour profile.
 */
final class JpegApplications {
  private static final int JFIF = 0xe0;
  private static final int EXIF = 0xe1;
  private static final int PROFILE = 0xe2;
  private static final int ADOBE = 0xee;

  private static final String PROFILE_PREFIX = "ICC_PROFILE\0";
  private static final String XMP_PREFIX = "http://ns.adobe.com/xap/1.0/\0";

  private final byte[] bytes;
  private final boolean keepsProfile;
  private final Metadata metadata = new Metadata();
  private int adobeTransform = -1;
  private boolean jfif;
  private @Nullable ByteArrayOutputStream profile;

  JpegApplications(byte[] bytes, boolean keepsProfile) {
    this.bytes = bytes;
    this.keepsProfile = keepsProfile;
  }

  int orientation() {
    return metadata.orientation();
  }

  /** Returns the colour profile, or null if there is none or it is not kept. */
  byte @Nullable [] profile() {
    return profile == null ? null : profile.toByteArray();
  }

  /** Returns whether the first three components are luminance and chrominance, as in libjpeg. */
  boolean luminanceAndChrominance(JpegFrame frame) {
    JpegComponent[] components = frame.components;
    if (components.length == 4) {
      return adobeTransform > 0;
    }
    if (components.length < 3) {
      return false;
    }
    if (jfif) {
      return true;
    }
    if (adobeTransform >= 0) {
      return adobeTransform != 0;
    }
    return !frame.lossless
        && !(components[0].id == 'R' && components[1].id == 'G' && components[2].id == 'B');
  }

  /** Reads the content of a segment, from start to end. */
  void read(int marker, int start, int end) throws ImageException {
    if (marker == JFIF && end - start >= 14 && ImageFormat.startsWith(bytes, start, "JFIF\0")) {
      jfif = true;
    } else if (marker == EXIF) {
      if (ImageFormat.startsWith(bytes, start, "Exif\0\0")) {
        metadata.addExif(bytes, metadata.hasExif() ? start + 6 : start, end);
      } else if (ImageFormat.startsWith(bytes, start, XMP_PREFIX)) {
        metadata.setXmp(bytes, start + XMP_PREFIX.length(), end);
      }
    } else if (marker == PROFILE
        && keepsProfile
        && ImageFormat.startsWith(bytes, start, PROFILE_PREFIX)
        && end - start > PROFILE_PREFIX.length() + 2) {
      // Each part is preceded by its number and the count of parts; files have them in order.
      int from = start + PROFILE_PREFIX.length() + 2;
      profile = profile == null ? new ByteArrayOutputStream() : profile;
      profile.write(bytes, from, end - from);
    } else if (marker == ADOBE
        && end - start >= 12
        && ImageFormat.startsWith(bytes, start, "Adobe")) {
      adobeTransform = bytes[start + 11] & 0xff;
    }
  }
}
