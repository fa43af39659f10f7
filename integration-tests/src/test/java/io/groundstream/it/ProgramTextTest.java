package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.kosmos2.program.Kosmos2Program;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The text of the network's program makes no tensor on whatever device is PyTorch's default, which
 * is the processor: on a GPU, such a tensor fails the operation that meets it, in whatever branch
 * that is. {@code NullGpuITCase} runs the branches; this reads all of them.
 */
class ProgramTextTest {
  /** The operators that make a tensor of no other tensor. */
  private static final Pattern FACTORY =
      Pattern.compile(
          "torch\\.(arange|empty|empty_strided|eye|full|linspace|logspace|ones|rand|randint|randn"
              + "|randperm|scalar_tensor|tensor|tril_indices|triu_indices|zeros)\\(");

  /** The network's own device, or that of a tensor that is there. */
  private static final Pattern DEVICE =
      Pattern.compile("device=(torch\\.device\\(self\\.device_name\\)|device|\\w+\\.device)[,)]");

  @Test
  void everyTensorIsMadeOnTheNetworksDevice() throws Exception {
    String text = text();
    assertThat(FACTORY.matcher(text).results().count()).isGreaterThan(5);
    assertThat(withoutDevice(text)).isEmpty();
  }

  @Test
  void aForgottenDeviceWouldBeFound() throws Exception {
    String text = text();
    Matcher device = DEVICE.matcher(text);
    int checked = 0;
    for (int from = 0; device.find(from); from = device.end()) {
      String changed =
          text.substring(0, device.start()) + "device=None" + text.substring(device.end() - 1);
      assertThat(withoutDevice(changed)).as("%s", device.group()).hasSize(1);
      checked++;
    }
    assertThat(checked).isEqualTo((int) FACTORY.matcher(text).results().count());
  }

  @Test
  void nothingIsMovedToADeviceThatIsNamedInTheText() throws Exception {
    assertThat(text()).doesNotContain("\"cpu", "\"cuda", ".cpu()", ".cuda(");
  }

  /** Returns the calls of factories that name no device. */
  private static List<String> withoutDevice(String text) {
    List<String> calls = new ArrayList<>();
    Matcher factory = FACTORY.matcher(text);
    while (factory.find()) {
      String call = text.substring(factory.start(), end(text, factory.end()));
      if (!DEVICE.matcher(call).find()) {
        calls.add(call);
      }
    }
    return calls;
  }

  /** Returns the place behind the bracket that closes the one before {@code from}. */
  private static int end(String text, int from) {
    int open = 1;
    int at = from;
    while (open > 0) {
      char c = text.charAt(at++);
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return at;
  }

  private static String text() throws Exception {
    try (InputStream in = Kosmos2Program.class.getResourceAsStream("kosmos2.torchscript")) {
      assertThat(in).as("the program's text").isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
