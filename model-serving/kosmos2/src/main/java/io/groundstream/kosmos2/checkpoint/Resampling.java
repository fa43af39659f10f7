package io.groundstream.kosmos2.checkpoint;

/** The resampling filters for resizing images. */
public enum Resampling {
  /** Pillow's bicubic (a = −0.5) with antialiasing, code 3 in the checkpoint's files. */
  BICUBIC
}
