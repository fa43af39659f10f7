package io.groundstream.console.terminal;

/** Prints how the terminal of its process shows images. */
final class TerminalProbe {
  private TerminalProbe() {}

  public static void main(String[] arguments) {
    long start = System.nanoTime();
    TerminalGraphics found = TerminalDetection.detect();
    System.out.println(
        "probe: " + found + " after " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }
}
