package io.groundstream.it;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.TransactionResult;
import org.jspecify.annotations.Nullable;

/**
 * The network between a job and a broker, which can cut connections, refuse new ones and slow them
 * down. Parses requests as far as needed to detect the commit of a transaction. Thread-safe.
 */
final class KafkaProxy implements AutoCloseable {
  /** The moment to cut the connection that carries the commit of a transaction. */
  enum CommitCut {
    /** Before the broker receives the commit. */
    BEFORE_BROKER,
    /** After the broker has committed, before its answer arrives. */
    BEFORE_ANSWER
  }

  private static final int CHUNK_BYTES = 64 << 10;

  private final int brokerPort;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable CommitCut> armed = new AtomicReference<>();
  private volatile CountDownLatch sprung = new CountDownLatch(1);
  private volatile boolean refusing;
  private volatile long delayMillis;

  KafkaProxy(int brokerPort) throws IOException {
    this.brokerPort = brokerPort;
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Returns the address for clients. */
  int port() {
    return server.getLocalPort();
  }

  /** Cuts all connections and refuses new ones until {@link #mend}. */
  void cut() {
    refusing = true;
    connections.forEach(Connection::close);
  }

  /** Forwards everything at full speed again. */
  void mend() {
    refusing = false;
    delayMillis = 0;
    armed.set(null);
  }

  /** Delays every request and every part of an answer. */
  void slow(Duration delay) {
    delayMillis = delay.toMillis();
  }

  /**
   * Cuts all connections at the next commit of a transaction, and refuses new ones from then on.
   */
  void cutAtCommit(CommitCut when) {
    sprung = new CountDownLatch(1);
    armed.set(when);
  }

  /** Waits until a commit has been cut; returns false if there was none in time. */
  boolean awaitCommitCut(Duration patience) throws InterruptedException {
    return sprung.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (refusing) {
          client.close();
        } else {
          new Connection(client).start();
        }
      } catch (IOException e) {
        // Closed, or the broker is down, and the client's connection is closed too.
      }
    }
  }

  /** A client's connection and its connection to the broker. */
  private final class Connection {
    private final Socket client;
    private final Socket broker = new Socket();
    private volatile boolean cutAtAnswer;

    Connection(Socket client) throws IOException {
      this.client = client;
      try {
        broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), brokerPort));
        client.setTcpNoDelay(true);
        broker.setTcpNoDelay(true);
      } catch (IOException e) {
        client.close();
        throw e;
      }
    }

    void start() {
      connections.add(this);
      threads.execute(() -> pump(this::requests));
      threads.execute(() -> pump(this::answers));
      if (refusing) {
        close();
      }
    }

    private void pump(Pump pump) {
      try {
        pump.run();
      } catch (IOException | InterruptedException e) {
        // The finally block closes both sides.
      } finally {
        close();
      }
    }

    private void requests() throws IOException, InterruptedException {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(broker.getOutputStream());
      while (true) {
        byte[] request = new byte[in.readInt()];
        in.readFully(request);
        pause();
        CommitCut when = armed.get();
        boolean cuts = when != null && commits(request) && armed.compareAndSet(when, null);
        if (cuts && when == CommitCut.BEFORE_BROKER) {
          cutEverything();
          return;
        }
        cutAtAnswer |= cuts;
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + request.length);
        out.write(frame.putInt(request.length).put(request).array());
        out.flush();
      }
    }

    private void answers() throws IOException, InterruptedException {
      InputStream in = broker.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int bytes = in.read(chunk); bytes >= 0; bytes = in.read(chunk)) {
        pause();
        if (cutAtAnswer) {
          cutEverything();
          return;
        }
        out.write(chunk, 0, bytes);
        out.flush();
      }
    }

    private void cutEverything() {
      cut();
      sprung.countDown();
    }

    private void pause() throws InterruptedException {
      Thread.sleep(delayMillis);
    }

    void close() {
      connections.remove(this);
      closeQuietly(client);
      closeQuietly(broker);
    }
  }

  private interface Pump {
    void run() throws IOException, InterruptedException;
  }

  private static boolean commits(byte[] request) {
    ByteBuffer buffer = ByteBuffer.wrap(request);
    if (buffer.getShort(0) != ApiKeys.END_TXN.id) {
      return false;
    }
    RequestHeader header = RequestHeader.parse(buffer);
    AbstractRequest parsed =
        AbstractRequest.parseRequest(
                header.apiKey(), header.apiVersion(), new ByteBufferAccessor(buffer))
            .request;
    return ((EndTxnRequest) parsed).result() == TransactionResult.COMMIT;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The socket is not used any more.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    threads.shutdownNow();
  }
}
