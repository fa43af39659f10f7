package io.groundstream.kosmos2.program;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device of a model, as configured by the user: {@code auto} (the first GPU that the loaded
 * PyTorch natives can use, else the CPU), {@code cpu}, or {@code gpu:N}.
 *
 * @param kind the kind of device
 * @param index the GPU's index; 0 unless {@code kind} is {@link Kind#GPU}
 */
public record DeviceSpec(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    AUTO,
    CPU,
    GPU
  }

  public static final DeviceSpec AUTO = new DeviceSpec(Kind.AUTO, 0);
  public static final DeviceSpec CPU = new DeviceSpec(Kind.CPU, 0);

  private static final Pattern GPU_PATTERN = Pattern.compile("gpu:(\\d{1,4})");

  /** Returns the GPU with the given index. */
  public static DeviceSpec gpu(int index) {
    return new DeviceSpec(Kind.GPU, index);
  }

  /**
   * Parses {@code auto}, {@code cpu} or {@code gpu:N}.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static DeviceSpec parse(String text) {
    if (text.equals("auto")) {
      return AUTO;
    }
    if (text.equals("cpu")) {
      return CPU;
    }
    Matcher matcher = GPU_PATTERN.matcher(text);
    if (matcher.matches()) {
      return gpu(Integer.parseInt(matcher.group(1)));
    }
    throw new IllegalArgumentException(
        "device: " + text + " (expected: auto, cpu or gpu:N such as gpu:0)");
  }

  @Override
  public String toString() {
    return switch (kind) {
      case AUTO -> "auto";
      case CPU -> "cpu";
      case GPU -> "gpu:" + index;
    };
  }
}
