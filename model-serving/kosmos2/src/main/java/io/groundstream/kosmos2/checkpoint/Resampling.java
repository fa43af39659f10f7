package io.groundstream.kosmos2.checkpoint;

/** How images are resized before the model sees them. */
public enum Resampling {
  /** Pillow's bicubic (a = −0.5) with antialiasing, code 3 in the checkpoint's files. */
  BICUBIC
}
