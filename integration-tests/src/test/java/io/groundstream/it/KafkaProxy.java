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
 * The network between a job and a broker: cuts connections, refuses new ones, and slows them down,
 * as it is told. Reads requests so far as to know when a transaction is committed. Thread-safe.
 */
final class KafkaProxy implements AutoCloseable {
  /** When to cut the connection over which a transaction is committed. */
  enum CommitCut {
    /** The broker never hears of it. */
    BEFORE_BROKER,
    /** The broker commits, and nobody hears of that. */
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

  /** Returns where clients connect. */
  int port() {
    return server.getLocalPort();
  }

  /** Cuts all connections, and refuses new ones until {@link #mend}. */
  void cut() {
    refusing = true;
    connections.forEach(Connection::close);
  }

  /** Lets everything pass at full speed again. */
  void mend() {
    refusing = false;
    delayMillis = 0;
    armed.set(null);
  }

  /** Keeps every request and every piece of an answer waiting for so long. */
  void slow(Duration delay) {
    delayMillis = delay.toMillis();
  }

  /** Cuts everything at the next commit of a transaction, and refuses connections from then on. */
  void cutAtCommit(CommitCut when) {
    sprung = new CountDownLatch(1);
    armed.set(when);
  }

  /** Waits until a commit has met its cut; returns false if none came in time. */
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
        // Closed, or the broker is away and the client has been told.
      }
    }
  }

  /** A client's connection and the one behind it. */
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
        // However it ended, the other side has to know.
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
      // It is of no more use either way.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    threads.shutdownNow();
  }
}
