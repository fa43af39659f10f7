package io.groundstream.it;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Observes another JVM of this machine and user: its memory, threads and class loaders. Linux only.
 */
final class JvmProbe implements AutoCloseable {
  private static final long BYTES_PER_KIBIBYTE = 1024;

  private final Path status;
  private final JMXConnector connector;
  private final MBeanServerConnection server;
  private final MemoryMXBean memory;
  private final ThreadMXBean threads;

  private JvmProbe(long pid, JMXConnector connector) throws IOException {
    this.status = Path.of("/proc", Long.toString(pid), "status");
    this.connector = connector;
    this.server = connector.getMBeanServerConnection();
    this.memory = ManagementFactory.getPlatformMXBean(server, MemoryMXBean.class);
    this.threads = ManagementFactory.getPlatformMXBean(server, ThreadMXBean.class);
  }

  /** Starts the management agent in a process, which adds a few threads to it, and connects. */
  @SuppressWarnings(
      "BanJNDI") // The address comes from the process itself, which belongs to this test.
  static JvmProbe of(FlinkProcess process) throws Exception {
    long pid = ((LocalProcess) process).pid();
    VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
    try {
      JMXServiceURL agent = new JMXServiceURL(machine.startLocalManagementAgent());
      return new JvmProbe(pid, JMXConnectorFactory.connect(agent));
    } finally {
      machine.detach();
    }
  }

  /** Returns the resident memory of the process, in bytes. */
  long residentBytes() throws IOException {
    return BYTES_PER_KIBIBYTE
        * Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
  }

  /** Collects all garbage and returns the used heap after it, in bytes. */
  long liveHeapBytes() {
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  int threads() {
    return threads.getThreadCount();
  }

  /**
   * Returns the number of reachable objects of all classes with the name, from any class loader.
   */
  long instances(String className) throws Exception {
    String histogram =
        (String)
            server.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Matcher line =
        Pattern.compile(
                "^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(className) + "( .*)?$",
                Pattern.MULTILINE)
            .matcher(histogram);
    long count = 0;
    while (line.find()) {
      count += Long.parseLong(line.group(1));
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
