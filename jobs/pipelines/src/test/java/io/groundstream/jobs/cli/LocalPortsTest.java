package io.groundstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalPortsTest {
  @Test
  void freePortsAreOutsideTheRangeOfOutgoingConnections() throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (int count = 0; count < 50; count++) {
      ports.add(LocalPorts.free());
    }
    assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 1_024 && port < 16_000);
  }

  @Test
  void aFreePortCanBeListenedOn() throws Exception {
    int port = LocalPorts.free();
    try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(server.getLocalPort()).isEqualTo(port);
    }
  }
}
