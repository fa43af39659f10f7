package io.groundstream.console.terminal;

import java.awt.image.BufferedImage;

/** The ways in which terminals show images. */
public enum TerminalGraphics {
  /** Kitty's graphics protocol: kitty, Ghostty, WezTerm, Konsole. */
  KITTY,
  /** DEC's sixels: foot, xterm with option, mlterm, Windows Terminal, tmux since 3.4. */
  SIXEL,
  /** Text alone. */
  NONE;

  /**
   * Returns what a terminal has to receive to show an image at the cursor, with a line's end behind
   * it; empty for {@link #NONE}. All characters are ASCII.
   */
  public String encode(BufferedImage image) {
    return switch (this) {
      case KITTY -> KittyGraphics.encode(image) + "\n";
      case SIXEL -> Sixels.encode(image) + "\n";
      case NONE -> "";
    };
  }
}
