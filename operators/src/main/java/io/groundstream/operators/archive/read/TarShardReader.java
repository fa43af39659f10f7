package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitFormat;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.read.Sample.Member;
import io.groundstream.operators.archive.tar.KeySet;
import io.groundstream.operators.archive.tar.SampleKey;
import io.groundstream.operators.archive.tar.TarDamageException;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.archive.tar.TarEntry.Kind;
import io.groundstream.operators.archive.tar.TarInput;
import io.groundstream.operators.archive.tar.TarReader;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar shard in the WebDataset convention, entry by entry. Holds one sample at a time, and
 * never an entry that is larger than allowed.
 */
final class TarShardReader implements UnitReader {
  private static final int LONGEST_NAME = 4096;

  /** A sample with more entries of one name is given up early, lest it fill the memory. */
  private static final int MOST_REPEATED = 1000;

  private final UnitPart part;
  private final ReadContext context;
  private final SampleEvents sampleEvents;
  private final boolean compressed;
  private final boolean sidecarsWanted;
  private final Set<String> pictureSuffixes;
  private final TarReader tar;

  /** All keys so far; null where whoever cut the shard found the duplicates. */
  private final @Nullable KeySet keys;

  private final Set<Long> duplicates;
  private final Deque<ArchivedEvent> ready = new ArrayDeque<>();
  private final long resumeOffset;

  /** Where what is being gathered begins. */
  private PartPosition base;

  /** How many events of what is being gathered are not to be emitted again. */
  private int emittedBefore;

  private @Nullable String currentKey;
  private @Nullable Sample sample;
  private boolean foundNothing;
  private boolean ended;

  private TarShardReader(UnitPart part, PartPosition position, ReadContext context, TarReader tar) {
    this.part = part;
    this.context = context;
    this.sampleEvents = new SampleEvents(part.unit(), context);
    this.compressed = part.unit().format() == UnitFormat.COMPRESSED_TAR;
    this.sidecarsWanted = Attributes.areWanted(context.settings());
    this.pictureSuffixes = Set.copyOf(context.settings().pictureSuffixes());
    this.tar = tar;
    this.keys = part.cut() ? null : new KeySet();
    this.duplicates = new HashSet<>(part.duplicates());
    this.base = position;
    this.resumeOffset = position.offset();
    this.emittedBefore = position.emitted();
    this.ended = position.isEnd();
    this.foundNothing = !part.cut() && position.equals(PartPosition.startOf(part));
  }

  static TarShardReader open(UnitPart part, PartPosition position, ReadContext context)
      throws IOException {
    FSDataInputStream in = LocalFiles.openRegular(new Path(part.unit().path()));
    try {
      return new TarShardReader(part, position, context, tar(in, part, position));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static TarReader tar(FSDataInputStream in, UnitPart part, PartPosition position)
      throws IOException {
    if (part.unit().format() == UnitFormat.COMPRESSED_TAR) {
      return new TarReader(TarInput.gzip(in), 0);
    }
    // All keys before have to be seen, but in a part whose duplicates are known.
    long start = part.cut() ? position.offset() : 0;
    if (start > 0) {
      in.seek(start);
    }
    return new TarReader(
        TarInput.seekable(in, in::seek, start, part.unit().length()),
        part.cut() ? (int) Math.max(0, position.entries()) : 0);
  }

  @Override
  public @Nullable ArchivedEvent next() throws IOException {
    while (ready.isEmpty() && !ended) {
      try {
        read();
      } catch (TarDamageException e) {
        endWith(
            e.truncated() ? OperatorErrorCode.SHARD_TRUNCATED : OperatorErrorCode.SHARD_CORRUPT,
            String.valueOf(e.getMessage()));
      } catch (ZipException e) {
        endWith(
            OperatorErrorCode.SHARD_CORRUPT,
            "the compression is damaged (expected: gzip): " + e.getMessage());
      }
    }
    return ready.poll();
  }

  /** Reads an entry. */
  private void read() throws IOException, TarDamageException {
    TarEntry entry = tar.next();
    if (entry == null || (!compressed && entry.offset() >= part.end())) {
      finishSample(PartPosition.endOf(part));
      ended = true;
      if (foundNothing) {
        tell(
            sampleEvents.ofShard(
                OperatorErrorCode.SHARD_WITHOUT_PICTURES,
                "none of its "
                    + tar.number()
                    + " entries is a picture (expected: names such as KEY."
                    + context.settings().pictureSuffixes().get(0)
                    + "; see archive.picture-suffixes)"));
      }
      return;
    }
    boolean before = entry.offset() < resumeOffset;
    SampleKey key = SampleKey.of(entry.name());
    if (key == null) {
      skip(before);
    } else if (key.isMissing()) {
      finishSample(before(entry));
      currentKey = null;
      if (!before && pictureSuffixes.contains(key.suffix())) {
        gather(
            List.of(
                sampleEvents.ofEntry(
                    entry,
                    OperatorErrorCode.KEY_MISSING,
                    "nothing before its suffix (expected: a name such as 000123."
                        + key.suffix()
                        + ")")));
        moveOn(new PartPosition(tar.position(), entry.number(), 0));
      } else {
        skip(before);
      }
    } else {
      boolean isNew = !key.key().equals(currentKey);
      boolean tooMany = sample != null && sample.repeated().size() >= MOST_REPEATED;
      if (isNew || tooMany) {
        finishSample(before(entry));
        boolean duplicate =
            keys == null ? duplicates.contains(entry.offset()) : !keys.add(key.key());
        currentKey = key.key();
        sample = before ? null : new Sample(key.key(), entry, duplicate || tooMany);
      }
      if (sample != null) {
        add(sample, entry, key.suffix());
      }
    }
  }

  private void skip(boolean before) {
    if (!before) {
      context.counts().entriesSkipped().inc();
    }
  }

  private void add(Sample current, TarEntry entry, String suffix)
      throws IOException, TarDamageException {
    boolean picture = pictureSuffixes.contains(suffix);
    boolean sidecar = !picture && sidecarsWanted && SampleEvents.SIDECARS.contains(suffix);
    if (entry.kind() == Kind.WITHOUT_CONTENT || !(picture || sidecar)) {
      context.counts().entriesSkipped().inc();
      return;
    }
    var members = picture ? current.pictures() : current.sidecars();
    if (current.isDuplicate()) {
      members.put(suffix, Member.failed(entry, OperatorErrorCode.DUPLICATE_KEY, ""));
    } else if (members.containsKey(suffix)) {
      current
          .repeated()
          .add(
              Member.failed(
                  entry,
                  OperatorErrorCode.DUPLICATE_KEY,
                  "this name came before in the sample (expected: once)"));
    } else {
      members.put(suffix, picture ? picture(current, entry) : sidecar(entry));
    }
  }

  private Member picture(Sample current, TarEntry entry) throws IOException, TarDamageException {
    if (entry.kind() != Kind.FILE) {
      return Member.failed(
          entry,
          OperatorErrorCode.ENTRY_UNSUPPORTED,
          (entry.kind() == Kind.LINK ? "a link" : "a sparse or unknown entry")
              + " (expected: a regular file)");
    }
    if (entry.name().length() > LONGEST_NAME) {
      return Member.failed(
          entry,
          OperatorErrorCode.ENTRY_UNSUPPORTED,
          "a name of "
              + entry.name().length()
              + " characters (expected: at most "
              + LONGEST_NAME
              + ")");
    }
    if (entry.size() > context.maxPictureBytes()) {
      return Member.failed(
          entry, OperatorErrorCode.ENTRY_TOO_LARGE, context.tooLarge(entry.size() + " bytes"));
    }
    if (current.pictureBytes() + entry.size() > context.maxPictureBytes()) {
      return Member.failed(
          entry,
          OperatorErrorCode.ENTRY_TOO_LARGE,
          context.tooLarge("the pictures of this key have more bytes together"));
    }
    return read(entry);
  }

  private Member sidecar(TarEntry entry) throws IOException, TarDamageException {
    int limit = context.settings().maxSidecarBytes();
    if (entry.kind() != Kind.FILE) {
      return Member.leftOut(entry, "a link or the like (expected: a file)");
    }
    if (entry.size() > limit) {
      return Member.leftOut(
          entry,
          entry.size() + " bytes (expected: at most " + limit + ", archive.max-sidecar-bytes)");
    }
    return read(entry);
  }

  private Member read(TarEntry entry) throws IOException, TarDamageException {
    byte[] bytes = tar.readContent();
    context.counts().bytesRead().inc(bytes.length);
    return Member.of(entry, bytes);
  }

  private static PartPosition before(TarEntry entry) {
    return new PartPosition(entry.offset(), entry.number() - 1, 0);
  }

  /** Makes events of the sample that was gathered, if any; reading goes on at a place after it. */
  private void finishSample(PartPosition after) {
    if (sample != null) {
      gather(sampleEvents.of(sample));
      sample = null;
      moveOn(after);
    }
  }

  private void gather(List<EventRecord> events) {
    foundNothing &= events.isEmpty();
    for (int i = 0; i < events.size(); i++) {
      context.counts().entriesRead().inc();
      if (i >= emittedBefore) {
        ready.add(
            new ArchivedEvent(
                events.get(i), new PartPosition(base.offset(), base.entries(), i + 1)));
      }
    }
    emittedBefore = 0;
  }

  /** Says that what was gathered last is complete. */
  private void moveOn(PartPosition after) {
    base = after;
    ArchivedEvent last = ready.pollLast();
    if (last != null) {
      ready.addLast(new ArchivedEvent(last.event(), base));
    }
  }

  private void endWith(OperatorErrorCode code, String message) {
    if (sample != null) {
      // Its place is where reading goes on, to meet the damage again.
      gather(sampleEvents.of(sample));
      sample = null;
    }
    ended = true;
    tell(sampleEvents.ofShard(code, message));
  }

  private void tell(EventRecord failure) {
    context.counts().entriesRead().inc();
    ready.add(new ArchivedEvent(failure, PartPosition.endOf(part)));
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
