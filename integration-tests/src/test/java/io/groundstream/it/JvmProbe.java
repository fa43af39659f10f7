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
 * Looks into another JVM of this machine and user: what it holds in memory, how many threads and
 * class loaders it has. On Linux.
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
  @SuppressWarnings("BanJNDI") // It tells its address itself, and is a process of this test.
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

  /** Returns the bytes of the whole process that are in memory. */
  long residentBytes() throws IOException {
    return BYTES_PER_KIBIBYTE
        * Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
  }

  /** Collects all garbage and returns the bytes of heap that are in use after it. */
  long liveHeapBytes() {
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  int threads() {
    return threads.getThreadCount();
  }

  /**
   * Returns how many objects of a class can be reached, of all class loaders that know one of that
   * name.
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
