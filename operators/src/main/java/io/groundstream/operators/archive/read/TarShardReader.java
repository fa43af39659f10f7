package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.compress.Compression;
import io.groundstream.operators.archive.compress.CompressionException;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.ImageIds;
import io.groundstream.operators.archive.tar.ImageIds.Choice;
import io.groundstream.operators.archive.tar.TarDamageException;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.archive.tar.TarEntry.Kind;
import io.groundstream.operators.archive.tar.TarInput;
import io.groundstream.operators.archive.tar.TarReader;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.NoteCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar shard, entry by entry. An entry becomes an event once all entries that can belong to
 * it were read: the reader runs ahead of its events by archive.look-around, and keeps sidecars for
 * the same distance. So an image finds its sidecars even if they are not adjacent, and the outcome
 * for an entry depends only on the shard, not on where reading began.
 *
 * <p>Holds images and sidecars within that distance, and never an entry above the size limit. For
 * one thread.
 */
final class TarShardReader implements UnitReader {
  private static final int LONGEST_NAME = 4096;

  private final UnitPart part;
  private final ReadContext context;
  private final SampleEvents events;
  private final SampleWindow window;
  private final TarReader tar;
  private final boolean compressed;
  private final boolean sidecarsWanted;
  private final Set<String> imageSuffixes;

  /** The offset of the part; images from here on get their identifiers in this reader. */
  private final long firstOffset;

  private final long lastOffset;

  /** An earlier reader emitted the entries before this offset. */
  private final long resumeOffset;

  /** Contents before this offset cannot belong to any later image. */
  private final long usefulOffset;

  private final ImageIds.Run<SampleEntry> run;
  private final LegacyPlace legacy;
  private final Deque<ArchivedEvent> ready = new ArrayDeque<>();
  private @Nullable EventRecord failure;
  private boolean foundNothing;
  private boolean scanned;
  private boolean ended;

  private TarShardReader(
      UnitPart part,
      PartPosition position,
      ReadContext context,
      boolean compressed,
      TarReader tar) {
    this.part = part;
    this.context = context;
    this.compressed = compressed;
    this.events = new SampleEvents(part.unit(), context);
    this.window = new SampleWindow(context.settings().lookAroundBytes());
    this.tar = tar;
    this.sidecarsWanted = Attributes.areWanted(context.settings());
    this.imageSuffixes = Set.copyOf(context.settings().imageSuffixes());
    this.firstOffset = part.cut() ? part.start() : 0;
    this.lastOffset = compressed ? Long.MAX_VALUE : part.end();
    this.resumeOffset = position.offset();
    this.usefulOffset = resumeOffset - context.settings().lookAroundBytes();
    this.legacy = new LegacyPlace(position);
    Map<Long, Choice> choices = part.choices();
    this.run =
        new ImageIds.Run<>(
            new ImageIds(),
            (entry, choice) -> entry.choose(choices.getOrDefault(entry.entry().offset(), choice)));
    this.ended = position.isEnd();
    this.foundNothing = !part.cut() && position.equals(PartPosition.startOf(part));
  }

  static TarShardReader open(UnitPart part, PartPosition position, ReadContext context)
      throws IOException {
    FSDataInputStream in = LocalFiles.openRegular(new Path(part.unit().path()));
    try {
      Compression compression = Compression.of(in);
      boolean compressed = compression != Compression.NONE;
      TarReader tar =
          compressed
              ? new TarReader(
                  TarInput.decompressed(compression.open(in, context.settings().decompression())),
                  0)
              : tar(in, part);
      return new TarShardReader(part, position, context, compressed, tar);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Opens the shard where the sidecars of the first images may begin; the part knows earlier names.
   */
  private static TarReader tar(FSDataInputStream in, UnitPart part) throws IOException {
    long start = part.lookBack();
    if (start > 0) {
      in.seek(start);
    }
    return new TarReader(
        TarInput.seekable(in, in::seek, start, part.unit().length()), part.entriesBeforeLookBack());
  }

  @Override
  public @Nullable ArchivedEvent next() throws IOException {
    // The last event waits, because it takes the notes about later entries that yield no event.
    while (ready.size() < 2 && !ended) {
      step();
    }
    return ready.poll();
  }

  private void step() throws IOException {
    if (scanned || window.isReady(run.number())) {
      SampleEntry next = window.poll();
      if (next == null) {
        end();
      } else {
        resolve(next);
      }
      return;
    }
    try {
      scan();
    } catch (TarDamageException e) {
      damaged(
          e.truncated() ? OperatorErrorCode.SHARD_TRUNCATED : OperatorErrorCode.SHARD_CORRUPT,
          String.valueOf(e.getMessage()));
    } catch (CompressionException e) {
      damaged(OperatorErrorCode.SHARD_CORRUPT, String.valueOf(e.getMessage()));
    }
  }

  private void damaged(OperatorErrorCode code, String message) {
    // Damage behind this part is reported by the reader of the next part.
    if (tar.position() < lastOffset || lastOffset >= part.unit().length()) {
      failure = events.ofShard(code, message);
    }
    endOfScan();
  }

  private void endOfScan() {
    run.end();
    scanned = true;
  }

  /** Reads the next entry into the window. */
  private void scan() throws IOException, TarDamageException {
    TarEntry entry = tar.next();
    if (entry == null || (entry.offset() >= lastOffset && !window.isWaitingAt(entry))) {
      endOfScan();
      return;
    }
    window.reached(entry);
    if (entry.offset() >= lastOffset) {
      // The choices for the part's last images do not wait for later entries.
      run.end();
    }
    if (EntryName.isInvisible(entry.name())) {
      return;
    }
    EntryName name =
        EntryName.of(entry.name(), imageSuffixes, sidecarsWanted ? EntryName.SIDECARS : Set.of());
    boolean emits = entry.offset() >= resumeOffset && entry.offset() < lastOffset;
    boolean inPart = entry.offset() >= firstOffset && entry.offset() < lastOffset;
    if (name == null || entry.kind() == Kind.WITHOUT_CONTENT) {
      if (inPart) {
        run.pass();
      }
      if (emits) {
        window.add(SampleEntry.skipped(entry, tar.position()));
      }
      return;
    }
    if (name.isMissing()) {
      run.end();
      if (emits) {
        window.add(
            name.isImage()
                ? SampleEntry.failed(
                    entry,
                    name,
                    tar.position(),
                    OperatorErrorCode.KEY_MISSING,
                    "nothing before its suffix (expected: a name such as 000123."
                        + name.suffix()
                        + ")")
                : SampleEntry.skipped(entry, tar.position()));
      }
      return;
    }
    if (inPart) {
      run.enter(name);
    }
    long after = tar.position();
    SampleEntry held =
        name.isImage() ? image(entry, name, after, emits) : sidecar(entry, name, after);
    held.setRun(inPart ? run.number() : -1);
    if (name.isImage() && inPart) {
      run.add(held, name, entry.name(), entry.size());
    }
    legacy.see(held);
    if (emits) {
      window.add(held);
    } else {
      window.addSeen(held);
    }
  }

  private SampleEntry image(TarEntry entry, EntryName name, long after, boolean emits)
      throws IOException, TarDamageException {
    boolean kept = emits || (compressed && entry.offset() >= usefulOffset);
    if (entry.kind() == Kind.LINK && entry.linkName() != null) {
      return emits ? linked(entry, name, after) : SampleEntry.seen(entry, name, after, 0);
    }
    if (entry.kind() != Kind.FILE) {
      return SampleEntry.failed(
          entry,
          name,
          after,
          OperatorErrorCode.ENTRY_UNSUPPORTED,
          (entry.kind() == Kind.LINK ? "a symbolic link" : "a sparse or unknown entry")
              + " (expected: a regular file)");
    }
    if (entry.name().length() > LONGEST_NAME) {
      return SampleEntry.failed(
          entry,
          name,
          after,
          OperatorErrorCode.ENTRY_UNSUPPORTED,
          "a name of "
              + entry.name().length()
              + " characters (expected: at most "
              + LONGEST_NAME
              + ")");
    }
    if (entry.size() > context.maxImageBytes()) {
      return SampleEntry.failed(
          entry,
          name,
          after,
          OperatorErrorCode.ENTRY_TOO_LARGE,
          context.tooLarge(entry.size() + " bytes"));
    }
    return kept
        ? SampleEntry.read(entry, name, after, tar.contentPosition(), read(emits))
        : SampleEntry.seen(entry, name, after, tar.contentPosition());
  }

  /** Resolves a hard link to an image: tar writes the content only once, with the first name. */
  private SampleEntry linked(TarEntry entry, EntryName name, long after) throws IOException {
    SampleEntry target = window.find(String.valueOf(entry.linkName()), entry);
    byte[] bytes = target == null ? null : target.bytes();
    if (target != null && bytes == null && target.contentOffset() > 0 && !compressed) {
      bytes = readAt(target.contentOffset(), (int) target.entry().size());
    }
    if (bytes == null) {
      return SampleEntry.failed(
          entry,
          name,
          after,
          OperatorErrorCode.ENTRY_UNSUPPORTED,
          "a hard link to "
              + SampleEvents.shown(String.valueOf(entry.linkName()))
              + ", which is not an image before it within archive.look-around (expected: a regular"
              + " file, or a link to such an image)");
    }
    return SampleEntry.read(entry, name, after, 0, bytes);
  }

  private byte @Nullable [] readAt(long offset, int size) throws IOException {
    try (FSDataInputStream in = LocalFiles.openRegular(new Path(part.unit().path()))) {
      in.seek(offset);
      byte[] bytes = in.readNBytes(size);
      return bytes.length == size ? bytes : null;
    }
  }

  private SampleEntry sidecar(TarEntry entry, EntryName name, long after)
      throws IOException, TarDamageException {
    int limit = context.settings().maxSidecarBytes();
    if (entry.offset() < usefulOffset) {
      return SampleEntry.seen(entry, name, after, 0);
    }
    if (entry.kind() != Kind.FILE) {
      return SampleEntry.leftOut(entry, name, after, "a link or similar (expected: a file)");
    }
    if (entry.size() > limit) {
      return SampleEntry.leftOut(
          entry,
          name,
          after,
          entry.size() + " bytes (expected: at most " + limit + ", archive.max-sidecar-bytes)");
    }
    return SampleEntry.read(
        entry, name, after, 0, read(entry.offset() >= Math.max(resumeOffset, firstOffset)));
  }

  private byte[] read(boolean counted) throws IOException, TarDamageException {
    byte[] bytes = tar.readContent();
    if (counted) {
      context.counts().bytesRead().inc(bytes.length);
    }
    return bytes;
  }

  /** Turns an entry into its outcome, once all entries near it are known. */
  private void resolve(SampleEntry entry) {
    if (legacy.wasEmitted(entry)) {
      window.pass(entry, compressed);
      return;
    }
    if (entry.isSkipped() || (entry.isImage() && window.isPart(entry))) {
      skip(entry);
    } else if (entry.isImage()) {
      emit(events.ofImage(entry, window.sidecarsOf(entry)), entry);
    } else if (!window.hasImage(entry)) {
      if (entry.name().hasMiddle()) {
        skip(entry);
      } else if (window.isFirstOfRun(entry)) {
        emit(events.ofMissingImage(entry), entry);
      }
    }
    window.pass(entry, compressed);
  }

  private void skip(SampleEntry entry) {
    context.counts().entriesSkipped().inc();
    if (entry.entry().kind() != Kind.WITHOUT_CONTENT) {
      events.note(NoteCode.ENTRIES_SKIPPED, entry.entry());
    }
  }

  private void emit(EventRecord event, SampleEntry entry) {
    events.addNotes(event);
    foundNothing = false;
    context.counts().entriesRead().inc();
    ready.add(new ArchivedEvent(event, new PartPosition(entry.after(), entry.entry().number(), 0)));
  }

  /** Finishes after the last entry. */
  private void end() {
    ended = true;
    if (failure == null && foundNothing) {
      failure =
          events.ofShard(
              OperatorErrorCode.SHARD_WITHOUT_PICTURES,
              "none of its "
                  + tar.number()
                  + " entries is an image (expected: names such as KEY."
                  + context.settings().imageSuffixes().get(0)
                  + "; see archive.picture-suffixes)");
    }
    if (failure != null) {
      context.counts().entriesRead().inc();
      events.addNotes(failure);
      ready.add(new ArchivedEvent(failure, PartPosition.endOf(part)));
      return;
    }
    ArchivedEvent last = ready.pollLast();
    if (last != null) {
      events.addNotes(last.event());
      ready.add(new ArchivedEvent(last.event(), PartPosition.endOf(part)));
    }
  }

  @Override
  public void addLastNotes(EventRecord event) {
    events.addNotes(event);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
