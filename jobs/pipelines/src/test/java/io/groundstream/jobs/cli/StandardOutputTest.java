package io.groundstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        throw new IOException(message);
      }
    };
  }

  private static StandardOutput printTo(OutputStream target) {
    StandardOutput output = new StandardOutput(target);
    new PrintStream(output, true, StandardCharsets.UTF_8).println("größe");
    return output;
  }

  @Test
  void writtenTextArrives() {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    assertThat(printTo(target).failure()).isNull();
    assertThat(target.toString(StandardCharsets.UTF_8)).isEqualTo("größe" + System.lineSeparator());
  }

  @Test
  void aFullDiskIsRemembered() {
    assertThat(printTo(failing("No space left on device")).failure())
        .hasMessage("No space left on device");
  }

  @Test
  void aReaderThatClosesThePipeIsNotAFailure() {
    assertThat(printTo(failing("Broken pipe")).failure()).isNull();
  }
}
